import { expect, test } from "bun:test";
import { moduleSchemas } from "../../src/app.ts";
import { moduleSchemas as inTestDatabases } from "../support/module-schemas.ts";

test("test databases have the tables of every module of the application, in its order", () => {
  expect(inTestDatabases).toEqual(moduleSchemas);
});
