import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { EntryDraft } from "#platform/audit/entry";
import { addSeconds, type Instant } from "#platform/kernel/time";
import {
  expectClosedToStrangers,
  expectForbidden,
  expectLimit,
  expectStepUp,
  openStaff,
  readsPerMinute,
  type Staff,
} from "../../support/admin-api.ts";
import { appendEntries, requestDraft } from "../../support/audit-entries.ts";
import { type Page, type Problem, pathsOf, queryOf } from "../../support/currency-api.ts";
import { freePort } from "../../support/free-port.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { cloneDatabases, closeDatabases, openTestApp } from "../../support/test-app.ts";

type Entry = { readonly seq: number; readonly kind: string; readonly [member: string]: unknown };

const path = "/v1/admin/audit";
const call = { method: "get", path } as const;
let staff: Staff;
let now: Instant;
let victim: string;
const requestId = Bun.randomUUIDv7("hex", Date.parse("2026-03-01T10:00:00.000Z"));
const long = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";

beforeAll(async () => {
  staff = await openStaff();
  now = staff.api.clock.now();
  victim = staff.user.user.id;
  const admin = { type: "user", id: staff.admin.user.id, sessionId: null } as const;
  const job = { type: "system", name: "job:rates" } as const;
  const at = (seconds: number) => addSeconds(now, seconds);
  const drafts: EntryDraft[] = [
    {
      ...requestDraft({ at: "2026-03-01T10:00:00.000Z" as Instant, actor: admin, operation: "x" }),
      requestId,
    },
    requestDraft({ at: at(-40 * 86_400), actor: admin, operation: "setRoles" }),
    {
      ...{ kind: "change", at: at(-60), actor: admin, requestId: long, operation: "suspendUser" },
      ...{ table: "identity.users", targets: [victim], attribution: "attributed" },
      data: {
        ...{ op: "update", key: { id: victim }, lsn: "0/1", xid: 7, ordinal: 1 },
        ...{ before: { status: "active", note: null }, after: { status: "suspended", note: "x" } },
      },
    },
    requestDraft({
      ...{ at: at(-60), actor: admin, operation: "suspendUser", requestId: long, method: "POST" },
      ...{ targets: [victim], route: "/v1/admin/users/:id/suspension" },
    }),
    requestDraft({ at: at(-50), actor: admin, operation: "setRoles", status: 403, code: "a.b" }),
    {
      ...{ kind: "change", at: at(-40), actor: job, requestId: long, operation: "job:rates" },
      ...{ table: "currency.rates", targets: ["EUR"], attribution: "attributed" },
      data: { op: "delete", key: { code: "EUR" }, before: { code: "EUR" }, lsn: "0/2", xid: 8 },
    },
    {
      ...{ kind: "refusals", at: at(-30), status: 401 },
      data: { route: "/v1/books", method: "POST", client: "192.0.2.9", count: 70 },
    },
    { kind: "change", at: at(-20), table: "ledger.books", attribution: "unattributed", data: {} },
  ];
  await appendEntries(staff.api, drafts);
});
afterAll(() => staff.api.close());

async function search(parameters: Record<string, string> = {}) {
  const answer = await staff.admin.get<Page<Entry>>(path + queryOf(parameters));
  expect(answer.status).toBe(200);
  return answer.body;
}
const seqs = async (parameters: Record<string, string> = {}) =>
  (await search(parameters)).items.map(({ seq }) => seq);

describe("200", () => {
  test("the last 31 days, the latest first", async () => {
    expect(await seqs()).toEqual([8, 7, 6, 5, 4, 3]);
  });

  test("a change: before and after, by whom and by which request", async () => {
    const { items } = await search({ target: victim, kind: "change" });
    expect(items).toEqual([
      {
        seq: 3,
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        at: addSeconds(now, -60),
        recordedAt: addSeconds(now, -59),
        kind: "change",
        actor: { type: "user", id: staff.admin.user.id, sessionId: null, name: null },
        requestId: long,
        action: "suspendUser",
        table: "identity.users",
        targets: [victim],
        attribution: "attributed",
        request: null,
        before: { status: "active", note: null },
        after: { status: "suspended", note: "x" },
        details: { op: "update", key: { id: victim }, lsn: "0/1", xid: 7, ordinal: 1 },
      },
    ]);
  });

  test("a request: what became of it and where it came from", async () => {
    const { items } = await search({ action: "setRoles" });
    expect(items).toMatchObject([
      {
        seq: 5,
        request: {
          ...{ method: "POST", route: "/v1/things", status: 403, code: "a.b" },
          ...{ durationMs: 12, client: "192.0.2.7", clientRequestId: null },
        },
        before: null,
        after: null,
      },
    ]);
  });

  test("counted refusals, and changes whose author nobody knows", async () => {
    expect((await search({ kind: "refusals" })).items).toMatchObject([
      { actor: null, request: null, details: { count: 70, client: "192.0.2.9", status: 401 } },
    ]);
    expect((await search({ table: "ledger.books" })).items).toMatchObject([
      { actor: null, requestId: null, targets: [], attribution: "unattributed" },
    ]);
  });

  test("by actor, target, action, request and time, each and together", async () => {
    expect(await seqs({ actor: staff.admin.user.id.toUpperCase() })).toEqual([5, 4, 3]);
    expect(await seqs({ actor: "job:rates" })).toEqual([6]);
    expect(await seqs({ target: victim.toUpperCase() })).toEqual([4, 3]);
    expect(await seqs({ requestId: long })).toEqual([6, 4, 3]);
    expect(await seqs({ requestId: long, kind: "request" })).toEqual([4]);
    expect(await seqs({ from: addSeconds(now, -40), to: addSeconds(now, -20) })).toEqual([7, 6]);
    expect(await seqs({ action: "setRoles", from: addSeconds(now, -50 * 86_400) })).toEqual([5, 2]);
    expect(await seqs({ actor: staff.user.user.id })).toEqual([]);
  });

  test("a request by its id, whenever it was", async () => {
    expect(await seqs({ requestId })).toEqual([1]);
    expect(await seqs({ requestId: "ffffffff-ffff-7fff-bfff-ffffffffffff" })).toEqual([]);
  });

  test("of the beginning of all times nothing", async () => {
    expect(await seqs({ to: "0001-01-02T00:00:00Z" })).toEqual([]);
    expect(await seqs({ from: "9999-12-31T00:00:00Z" })).toEqual([]);
  });

  test("a page at a time", async () => {
    const found: number[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: Page<Entry> = await search({ limit: "4", ...(cursor === "" ? {} : { cursor }) });
      found.push(...page.items.map(({ seq }) => seq));
      cursor = page.nextCursor;
    }
    expect(found).toEqual([8, 7, 6, 5, 4, 3]);
  });
});

describe("401", () => {
  test("to strangers", () => expectClosedToStrangers(staff, call));
  test("without a fresh proof", () => expectStepUp(staff, call));
});
describe("403", () => {
  test("to everybody but administrators with a second factor", () =>
    expectForbidden(staff, call, ["support", "operator", "user", "newAdmin"]));
});
describe("405", () => {
  test("names what the trail takes", () => expectOnlyMethods(staff.api, path, ["GET", "HEAD"]));
});
describe("422", () => {
  test.each([
    ["limit", "0"],
    ["cursor", "e30"],
    ["cursor", Buffer.from('["1 or 1"]').toString("base64url")],
    ["target", "EUR"],
    ["requestId", "1"],
    ["kind", "secret"],
    ["from", "2026-01-01"],
    ["from", "2024-01-01T00:00:00Z"],
    ["actor", ""],
  ])("names %s when it is %p", async (name, value) => {
    const answer = await staff.admin.get<Problem>(path + queryOf({ [name]: value }));
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, [name]]);
  });

  test("for a parameter that it does not take, without its name", async () => {
    const answer = await staff.admin.get<Problem>(path + queryOf({ nonsense: "1" }));
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, ["(a parameter)"]]);
  });
});
describe("429", () => {
  test("after the costly reads of a minute, for that client alone", () =>
    expectLimit(staff, Math.ceil(readsPerMinute / 5), call));
});

describe("503", () => {
  test("while LogDB is away, and nothing else is", async () => {
    const databases = await cloneDatabases();
    const nowhere = `postgres://fintrack_app:x@127.0.0.1:${freePort()}/log`;
    const app = await openTestApp({
      databases: { main: databases.main, log: { ...databases.log, appUrl: nowhere } },
    });
    try {
      const admin = await signedInUser(app, { roles: ["admin"] });
      const answer = await admin.get(path);
      expectProblem(answer, 503, "audit.unavailable");
      expect(answer.headers.get("retry-after")).toBe("5");
      expect((await admin.get("/v1/admin/users")).status).toBe(200);
    } finally {
      await app.close();
      await closeDatabases(databases);
    }
  });
});
