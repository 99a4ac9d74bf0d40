import { expect, test } from "bun:test";
import { Elysia, t } from "elysia";
import { oneOf } from "#platform/http/schemas";

const words = oneOf(["fiat", "crypto"]);
const app = new Elysia({ normalize: false })
  .get("/", ({ query }) => query, { query: t.Object({ kind: t.Optional(words) }) })
  .post("/", ({ body }) => body, { body: t.Object({ kind: words }) });
const post = (body: object) =>
  app.handle(
    new Request("http://localhost/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );

test("one of a few words that is left out stays left out", async () => {
  expect(await (await app.handle(new Request("http://localhost/"))).json()).toEqual({});
});

test("one of a few words that is needed is not made up", async () => {
  expect((await post({})).status).toBe(422);
  expect((await post({ kind: "metal" })).status).toBe(422);
  expect(await (await post({ kind: "crypto" })).json()).toEqual({ kind: "crypto" });
});
