import { expect, test } from "bun:test";
import { createMethodsOf } from "#platform/http/methods";

const methodsOf = createMethodsOf([
  { method: "GET", path: "/v1/rates/:code" },
  { method: "GET", path: "/v1/rates" },
  { method: "POST", path: "/v1/rates" },
  { method: "GET", path: "/docs/assets/*" },
  { method: "GET", path: "/openapi.json" },
]);

test("the methods of a path are those of the routes it matches; GET answers HEAD", () => {
  expect(methodsOf("/v1/rates")).toEqual(["GET", "HEAD", "POST"]);
  expect(methodsOf("/v1/rates/EUR")).toEqual(["GET", "HEAD"]);
  expect(methodsOf("/docs/assets/a/b.css")).toEqual(["GET", "HEAD"]);
});

test("a path of its own letters is no other route's parameter", () => {
  const of = createMethodsOf([
    { method: "PATCH", path: "/v1/budgets/:id" },
    { method: "GET", path: "/v1/budgets/progress" },
  ]);
  expect(of("/v1/budgets/progress")).toEqual(["GET", "HEAD"]);
  expect(of("/v1/budgets/1")).toEqual(["PATCH"]);
});

test("a path that is only like one of ours has none", () => {
  for (const path of [
    "/v1",
    "/v1/rates/",
    "/v1/rates/EUR/x",
    "/V1/rates",
    "//v1/rates",
    "/openapixjson",
    "/",
  ])
    expect([path, methodsOf(path)]).toEqual([path, []]);
});
