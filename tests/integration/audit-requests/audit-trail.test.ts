import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import type { EntryDraft } from "#platform/audit/entry";
import {
  type AuditCriteria,
  type AuditTrail,
  createAuditTrail,
} from "#platform/audit/query/audit-trail";
import { type OpenDatabase, openDatabase } from "#platform/db/client";
import { parseConnection } from "#platform/db/connection";
import { systemClock } from "#platform/kernel/clock";
import { addSeconds, type Instant } from "#platform/kernel/time";
import { appendEntries, requestDraft } from "../../support/audit-entries.ts";
import { type ClonedDatabase, cloneDatabase } from "../../support/test-database.ts";
import { testKeyring } from "../../support/test-keyring.ts";

const begin = "2026-01-15T00:00:00.000Z" as Instant;
const day = 86_400;
const [users, things] = [["u1", "u2"] as const, ["t1", "t2"] as const];
const operations = ["a", "b"] as const;
const requests = ["r1", "r2", "r3"] as const;

let clone: ClonedDatabase;
let log: OpenDatabase;
let trail: AuditTrail;
let drafts: readonly EntryDraft[];
beforeAll(async () => {
  clone = await cloneDatabase("log");
  log = openDatabase({
    ...{ connection: parseConnection(clone.appUrl), poolSize: 2, processId: "test" },
    ...{ keyring: testKeyring, clock: systemClock },
  });
  trail = createAuditTrail(log);
  // Over five months, in which everything meets everything.
  drafts = Array.from({ length: 120 }, (_, n) => {
    const at = addSeconds(begin, n * day);
    const common = {
      ...{ at, operation: operations[n % 2] ?? "a", requestId: requests[n % 3] ?? "r1" },
      actor: { type: "user", id: users[n % 5 === 0 ? 1 : 0], sessionId: null } as const,
      targets: n % 7 === 0 ? [] : n % 4 === 0 ? [...things] : [things[n % 2] ?? "t1"],
    };
    return n % 6 === 5
      ? { ...common, kind: "change", table: "x.y", attribution: "attributed", data: {} }
      : requestDraft(common);
  });
  await appendEntries({ databases: { main: clone, log: clone } }, drafts);
});
afterAll(async () => {
  await log.close();
  await clone.close();
});

const maybe = <T>(...values: readonly T[]) =>
  fc.option(fc.constantFrom(...values), { nil: undefined });
const moment = fc.integer({ min: -5, max: 125 }).map((n) => addSeconds(begin, n * day));
const criteria: fc.Arbitrary<AuditCriteria> = fc.record({
  actorId: maybe<string>(...users, "nobody"),
  targetId: maybe<string>(...things, "nothing"),
  operation: maybe<string>(...operations),
  requestId: maybe<string>(...requests),
  kind: maybe("request", "change"),
  table: maybe("x.y"),
  from: moment,
  to: fc.option(moment, { nil: undefined }),
});

/** Says of each entry by itself whether it is meant. */
function expected(asked: AuditCriteria): number[] {
  return drafts
    .map((draft, index) => ({ ...draft, seq: index + 1 }))
    .filter(
      (one) =>
        (asked.actorId === undefined ||
          (one.actor?.type === "user" && one.actor.id === asked.actorId)) &&
        (asked.targetId === undefined || one.targets?.includes(asked.targetId)) &&
        (asked.operation === undefined || one.operation === asked.operation) &&
        (asked.requestId === undefined || one.requestId === asked.requestId) &&
        (asked.kind === undefined || one.kind === asked.kind) &&
        (asked.table === undefined || one.table === asked.table) &&
        one.at >= asked.from &&
        (asked.to === undefined || one.at < asked.to),
    )
    .map(({ seq }) => seq)
    .toReversed();
}

test("a search finds what is meant, the latest first, in pages of any size", async () => {
  await fc.assert(
    fc.asyncProperty(criteria, fc.integer({ min: 1, max: 40 }), async (asked, limit) => {
      const found: number[] = [];
      for (;;) {
        const page = await trail.search(asked, { before: found.at(-1), limit });
        found.push(...page.items.map(({ seq }) => seq));
        if (page.nextCursor === null) break;
      }
      expect(found).toEqual(expected(asked));
    }),
    { numRuns: 60 },
  );
}, 180_000);

test("an entry comes back as it was recorded", async () => {
  const [last] = (await trail.search({ from: begin }, { limit: 1 })).items;
  const draft = drafts.at(-1);
  expect(last).toMatchObject({ ...draft, seq: 120, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test("a search looks only into the months that can hold what is meant", async () => {
  const from = addSeconds(begin, 100 * day);
  const plan = await log.read.execute<{ "QUERY PLAN": string }>(sql`
    explain select content from audit.entries
    where at >= ${from} and recorded_at >= ${from} order by seq desc limit 50`);
  const text = plan.map((row) => row["QUERY PLAN"]).join("\n");
  expect(text).toContain("entries_2026_05");
  expect(text).not.toContain("entries_2026_01");
});
