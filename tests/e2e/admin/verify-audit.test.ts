import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import { anchorFileIn, createFileAnchor } from "#platform/audit/anchors";
import type { Entry } from "#platform/audit/entry";
import { signedDraft } from "#platform/audit/epochs";
import { createSigner } from "#platform/audit/signing";
import { watchVerification } from "#platform/audit/verification/verification-metrics";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { addSeconds } from "#platform/kernel/time";
import { createMetrics } from "#platform/observability/metrics";
import {
  expectClosedToStrangers,
  expectForbidden,
  openStaff,
  type Staff,
} from "../../support/admin-api.ts";
import { appendEntries, requestDraft } from "../../support/audit-entries.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { authorized, signIn } from "../../support/identity.ts";

type Verification = {
  readonly state: string;
  readonly askedAt: string | null;
  readonly finishedAt: string | null;
  readonly report: { readonly verdict: string; readonly [member: string]: unknown } | null;
};

const path = "/v1/admin/audit/verification";
let staff: Staff;
let end: Entry | undefined;
beforeAll(async () => {
  staff = await openStaff();
  const { clock } = staff.api;
  const draft = { at: clock.now(), actor: { type: "anonymous" }, operation: "x" } as const;
  end = (await appendEntries(staff.api, [requestDraft(draft), requestDraft(draft)])).at(-1);
});
afterAll(() => staff.api.close());

const ask = (body?: unknown, headers?: Record<string, string>) =>
  staff.admin.post<Verification>(path, body, headers);
const last = async () => (await staff.admin.get<Verification>(path)).body;
/** What is scraped: whether the trail was found whole; nothing = unknown. */
async function scraped(): Promise<number | undefined> {
  const metrics = createMetrics();
  watchVerification(metrics, staff.api.db.read);
  const value = /^fintrack_audit_verification_ok (\d)$/m.exec(await metrics.exposition())?.[1];
  return value === undefined ? undefined : Number(value);
}
const runJob = () => staff.api.runJob("platform.verify_audit");

describe("202", () => {
  test("never verified, asked for, and then what came of it", async () => {
    const never = { state: "never", askedAt: null, finishedAt: null, report: null };
    expect(await last()).toEqual(never);
    const { status, body } = await ask();
    const askedAt = staff.api.clock.now();
    expect(status).toBe(202);
    expect(body).toEqual({ state: "waiting", askedAt, finishedAt: null, report: null });
    expect(await last()).toEqual(body);
    expect(await scraped()).toBeUndefined();
    staff.api.clock.advance(5);
    await runJob();
    expect(await scraped()).toBe(1);
    expect(await last()).toEqual({
      ...{ state: "done", askedAt, finishedAt: staff.api.clock.now() },
      report: {
        ...{ verdict: "consistent", fault: null, firstSeq: 1, lastSeq: 2, entries: 2 },
        ...{ lastAt: expect.any(String), checkpoints: 0, signedUpTo: 0, unsigned: 2, keys: [] },
        ...{ strongestAnchor: "none", epochs: 0, gaps: 0, losses: [] },
      },
    });
  });

  test("once, however often it is sent", async () => {
    const headers = { "idempotency-key": "verify-1" };
    const first = await ask({}, headers);
    const again = await ask({}, headers);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    await runJob();
  });

  test("names what was altered", async () => {
    const launcher = parseConnection(staff.api.databases.log.url("launcher"));
    const sql = postgres({ ...postgresJsOptions(launcher), max: 1 });
    await sql`set session_replication_role = replica`;
    await sql`update audit.entries set operation = 'y' where seq = 2`;
    await ask({ keys: ["0".repeat(64)] });
    await runJob();
    expect((await last()).report).toMatchObject({
      verdict: "broken",
      fault: { type: "changed", seq: 2, column: "operation" },
    });
    const logged = staff.api.logLines().find(({ msg }) => String(msg).includes("trail is broken"));
    expect(logged).toMatchObject({ level: "error" });
    expect(await scraped()).toBe(0);
    await sql`update audit.entries set operation = 'x' where seq = 2`;
    await sql.end();
  });

  test("says which entries are stated to be lost, and finds what cuts the end off in silence", async () => {
    const { api } = staff;
    const signer = createSigner(api.keyring);
    const at = api.clock.now();
    const hash = "a".repeat(64);
    const checkpoint = signer.sign({ v: 1, type: "checkpoint", seq: 7, hash, at });
    await createFileAnchor(anchorFileIn(api.dataDir)).keep(checkpoint);
    await ask({ keys: [signer.fingerprint()] });
    await runJob();
    expect((await last()).report).toMatchObject({
      ...{ verdict: "broken", losses: [] },
      fault: { type: "tail_cut", seq: 7, witness: "anchor" },
    });
    const lost = { from: 3, through: 7, hash, at };
    const statement = { v: 1, type: "gap", reason: "log_rolled_back", after: end?.hash, lost };
    await appendEntries(api, [signedDraft({ signer, clock: api.clock }, "gap", statement)], 7);
    await ask({ keys: [signer.fingerprint()] });
    await runJob();
    expect((await last()).report).toMatchObject({
      ...{ verdict: "consistent", fault: null, entries: 3, lastSeq: 8, gaps: 1 },
      losses: [{ from: 3, through: 7, at, statedAt: at, isWitnessed: true }],
    });
  });

  test("by itself each night", async () => {
    staff.api.clock.advance(60);
    await runJob();
    const { askedAt, state, report } = await last();
    expect([askedAt, state, report?.verdict]).toEqual([
      ...[staff.api.clock.now(), "done", "consistent"],
    ]);
  });
});

describe("what is found stands", () => {
  const finished = () =>
    staff.api.db.read.execute<{ id: number }>(
      "select id from platform.audit_verifications where finished_at is not null order by id",
    );

  test("until one says something of the trail: no asker's key that is not ours takes a fault away", async () => {
    const launcher = parseConnection(staff.api.databases.log.url("launcher"));
    const sql = postgres({ ...postgresJsOptions(launcher), max: 1 });
    await sql`set session_replication_role = replica`;
    const own = createSigner(staff.api.keyring);
    // Met before the fault: it is signed by us, and the asker names another.
    const [first] = await sql`select hash from audit.entries where seq = 1`;
    const at = staff.api.clock.now();
    const text = { v: 1, type: "checkpoint", seq: 1, hash: String(first?.["hash"]), at };
    const { text: statement, signature } = own.sign(text);
    await sql`insert into audit.checkpoints ${sql({ seq: 1, at, statement, signature })}`;
    await sql`update audit.entries set operation = 'y' where seq = 2`;
    await runJob();
    expect(await scraped()).toBe(0);
    await ask({ keys: ["0".repeat(64)] });
    expect(await scraped()).toBe(0);
    await runJob();
    expect((await last()).report).toMatchObject({
      fault: { type: "forged", seq: 1, signer: own.fingerprint() },
    });
    expect(await scraped()).toBe(0);
    await sql`update audit.entries set operation = 'x' where seq = 2`;
    await ask({ keys: [own.fingerprint()] });
    await runJob();
    expect(await scraped()).toBe(1);

    // A forgery is one whatever keys its finder names.
    await sql`update audit.checkpoints set signature = repeat('0', 128)`;
    await ask({ keys: [own.fingerprint()] });
    await runJob();
    expect((await last()).report).toMatchObject({ fault: { type: "forged", signer: null } });
    expect(await scraped()).toBe(0);
    await sql`delete from audit.checkpoints`;
    await sql.end();
    await runJob();
    expect(await scraped()).toBe(1);
  });

  test("when the trail cannot be read: the job fails, and answers the asker when it is tried again", async () => {
    const owner = parseConnection(staff.api.databases.log.ownerUrl);
    const sql = postgres({ ...postgresJsOptions(owner), max: 1, onnotice: () => {} });
    const key = createSigner(staff.api.keyring).fingerprint();
    await ask({ keys: [key] });
    await sql`alter table audit.entries rename to entries_away`;
    expect(await runJob().then(String, (error: Error) => error.name)).not.toBe("undefined");
    expect(await last()).toMatchObject({ state: "failed", report: null });
    expect(await scraped()).toBe(1);
    expect((await finished()).length).toBe(2);
    await sql`alter table audit.entries_away rename to entries`;
    await sql.end();
    await runJob();
    expect(await last()).toMatchObject({ state: "done" });
    const [row] = await staff.api.db.read.execute<{ keys: string[] | null }>(
      "select keys from platform.audit_verifications where id = 1",
    );
    expect(row?.keys).toEqual([key]);
  });
});

describe("401", () => {
  test("to strangers", () => expectClosedToStrangers(staff, { method: "post", path }));
  test("without a fresh proof", async () => {
    const { api, admin } = staff;
    const authenticatedAt = addSeconds(api.clock.now(), -301);
    const { accessToken } = await signIn(api, admin.user, { authenticatedAt });
    expectProblem(await authorized(api, accessToken).post(path), 401, "auth.step_up_required");
  });
});
describe("403", () => {
  test("to everybody but administrators with a second factor", () =>
    expectForbidden(staff, { method: "post", path }, ["support", "operator", "user", "newAdmin"]));
});
describe("405", () => {
  test("names what it takes", () => expectOnlyMethods(staff.api, path, ["GET", "HEAD", "POST"]));
});

describe("409", () => {
  test("while one waits or runs, but not for ever", async () => {
    expect((await ask()).status).toBe(202);
    expectProblem(await ask(), 409, "audit.verification_running");
    staff.api.clock.advance(4 * 3_600 + 1);
    const { accessToken } = await signIn(staff.api, staff.admin.user);
    const client = authorized(staff.api, accessToken);
    expect((await client.get<Verification>(path)).body.state).toBe("failed");
    expect((await client.post(path)).status).toBe(202);
    await runJob();
  });
});

describe("422", () => {
  test("for keys that are none", async () => {
    const { accessToken } = await signIn(staff.api, staff.admin.user);
    const client = authorized(staff.api, accessToken);
    expectFaults(await client.post(path, { keys: ["x"] }), ["/keys/0"]);
    expectFaults(await client.post(path, { keys: [] }), ["/keys"]);
    expectFaults(await client.post(path, { key: "x" }), ["/"]);
  });
});
