import { afterAll, beforeAll, expect, test } from "bun:test";
import type { SQLWrapper } from "drizzle-orm";
import type { EntryDraft } from "#platform/audit/entry";
import { createAuditTrail } from "#platform/audit/query/audit-trail";
import { verifyTrail } from "#platform/audit/verify";
import { type OpenDatabase, openDatabase } from "#platform/db/client";
import { parseConnection } from "#platform/db/connection";
import type { Reader } from "#platform/db/database";
import { systemClock } from "#platform/kernel/clock";
import { decodeSequence } from "#platform/kernel/page";
import { addSeconds, parseInstant } from "#platform/kernel/time";
import { appendEntries } from "../../support/audit-entries.ts";
import { type ClonedDatabase, cloneDatabase } from "../../support/test-database.ts";
import { testKeyring } from "../../support/test-keyring.ts";

const begin = parseInstant("2026-01-10T00:00:00.000Z");
const count = 24;
/** As releases before wrote them; new ones are shorter. */
const entryBytes = 1_000_000;

let clone: ClonedDatabase;
let log: OpenDatabase;
beforeAll(async () => {
  clone = await cloneDatabase("log");
  log = openDatabase({
    ...{ connection: parseConnection(clone.appUrl), poolSize: 2, processId: "test" },
    ...{ keyring: testKeyring, clock: systemClock },
  });
  const drafts = Array.from(
    { length: count },
    (_, n): EntryDraft => ({
      ...{ kind: "change", at: addSeconds(begin, n), table: "x.y", attribution: "unattributed" },
      data: { op: "insert", after: { text: `${n}`.padEnd(entryBytes, ".") } },
    }),
  );
  await appendEntries({ databases: { main: clone, log: clone } }, drafts);
}, 60_000);
afterAll(async () => {
  await log.close();
  await clone.close();
});

test("a search gives a few long entries a page, and all of them page by page", async () => {
  const trail = createAuditTrail(log);
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await trail.search({ from: begin }, { before: decodeSequence(cursor), limit: 20 });
    expect(page.items.length).toBeGreaterThan(0);
    expect(page.items.length * entryBytes).toBeLessThan(4_000_000);
    found.push(...page.items.map(({ seq }) => seq));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(found).toEqual(Array.from({ length: count }, (_, n) => count - n));
}, 60_000);

test("verification reads a few long entries at once", async () => {
  let largest = 0;
  const watched = {
    async execute(query: SQLWrapper) {
      const rows = await log.read.execute(query);
      const bytes = rows.map((row) => String(Object(row)["content"] ?? "").length);
      largest = Math.max(
        largest,
        bytes.reduce((sum, one) => sum + one, 0),
      );
      return rows;
    },
  };
  const report = await verifyTrail(watched as unknown as Reader, {
    ...{ keys: null, anchors: [], anchorSource: "local" },
  });
  expect(report).toMatchObject({ verdict: "consistent", entries: count, lastSeq: count });
  expect(largest).toBeGreaterThan(entryBytes);
  expect(largest).toBeLessThan(6_000_000);
}, 60_000);
