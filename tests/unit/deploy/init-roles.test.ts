import { expect, test } from "bun:test";
import { ddlTriggerStatements } from "#platform/db/ddl-trigger";

/** Without indentation, which differs between the two. */
const lines = (sql: string) =>
  sql
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");

test("servers of others get the same event trigger as the embedded one", async () => {
  const script = lines(await Bun.file("deploy/postgres/init-roles.sh").text());
  expect(script).toContain(lines(ddlTriggerStatements));
});
