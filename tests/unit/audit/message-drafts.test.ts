import { expect, test } from "bun:test";
import { ddlDraft } from "#platform/audit/message-drafts";
import { canonicalJson } from "#platform/kernel/canonical-json";

const head = { at: "2026-11-23T08:00:00.000Z", xid: 7, commitLsn: 16n } as never;
const told = (content: string) => ddlDraft({ prefix: "audit_ddl", content } as never, head).data;

test("what the event trigger tells is kept as it is", () => {
  const objects = [{ type: "table", identity: "ledger.accounts" }];
  const content = JSON.stringify({ tag: "ALTER TABLE", objects, sessionUser: "fintrack_owner" });
  expect(told(content)).toMatchObject({
    tag: "ALTER TABLE",
    objects,
    sessionUser: "fintrack_owner",
  });
});

test.each([
  ["no JSON", "{"],
  ["no record", "[1]"],
  ["a long one", JSON.stringify({ tag: "x".repeat(70_000) })],
  [
    "one nested so deeply that it has no spelling",
    `{"a":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
  ],
])("%s, which anybody may emit, is quoted in part, and can be written down", (_what, content) => {
  const data = told(content);
  expect(data).toMatchObject({ content: content.slice(0, 2_000) });
  expect(Object.keys(data).toSorted()).toEqual(["content", "lsn", "xid"]);
  expect(canonicalJson(data).length).toBeLessThan(4_000);
});
