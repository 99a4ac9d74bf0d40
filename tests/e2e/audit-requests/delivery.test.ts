import { afterAll, beforeAll, expect, mock, test } from "bun:test";
import { type Outcome, readOutcomeMessage } from "#platform/audit/messages";
import { eventually } from "../../support/eventually.ts";
import { expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";
import { openWalMessages } from "../../support/wal-messages.ts";

let api: TestApp;
let wal: Awaited<ReturnType<typeof openWalMessages>>;
let client: Awaited<ReturnType<typeof signedInUser>>;
beforeAll(async () => {
  api = await openTestApp({ waitMs: 2_000 });
  wal = await openWalMessages(api.databases.main, "audit_outcome");
  client = await signedInUser(api);
});
afterAll(async () => {
  await wal.close();
  await api.close();
});

async function stored(): Promise<Outcome[]> {
  const contents = await wal.committed("outcomes");
  return contents.flatMap((content) => readOutcomeMessage(content, api.keyring)?.outcomes ?? []);
}
const storedOf = async (requestId: string | null) =>
  (await stored()).filter((one) => "requestId" in one && one.requestId === requestId);

/** MainDB takes no records until this is undone; it serves everything else. */
function refuseRecords() {
  const { emitMessage } = api.db;
  const refusing = mock(async () => {
    throw new Error("away");
  });
  Object.assign(api.db, { emitMessage: refusing });
  return () => void Object.assign(api.db, { emitMessage });
}

test("a denial is in the WAL before its answer is read", async () => {
  const { status, headers } = await client.get("/v1/admin/users");
  expect(status).toBe(403);
  expect(await storedOf(headers.get("x-request-id"))).toMatchObject([
    { operation: "listUsers", status: 403, code: "auth.forbidden", actor: { id: client.user.id } },
  ]);
});

test("what was done is in the WAL soon after its answer", async () => {
  const { status, headers } = await client.patch("/v1/users/me", { displayName: "Another" });
  expect(status).toBe(200);
  const id = headers.get("x-request-id");
  await eventually("it is there", async () => (await storedOf(id)).length > 0);
  expect(await storedOf(id)).toHaveLength(1);
});

test("while records cannot be stored, a denial is 503, work goes on, and both are on record later", async () => {
  const accept = refuseRecords();
  const denied = await client.get("/v1/admin/users");
  expectProblem(denied, 503, "audit.unavailable");
  const done = await client.patch("/v1/users/me", { displayName: "Yet another" });
  expect(done.status).toBe(200);
  expect(await api.metric("fintrack_audit_outcomes_waiting")).toBe(2);
  accept();
  await eventually("none waits", async () => {
    return (await api.metric("fintrack_audit_outcomes_waiting")) === 0;
  });
  expect(await storedOf(denied.headers.get("x-request-id"))).toMatchObject([{ status: 403 }]);
  expect(await storedOf(done.headers.get("x-request-id"))).toMatchObject([{ status: 200 }]);
  expect(await api.metric("fintrack_audit_outcomes_lost_total")).toBe(0);
});

test("a stranger who is refused a hundred times is one record at most", async () => {
  const ask = () =>
    api.request("/v1/books", { method: "POST", headers: { "x-forwarded-for": "203.0.113.50" } });
  for (let n = 0; n < 100; n += 1) await ask();
  await api.app.stop();
  const refusals = (await stored()).flatMap((one) =>
    "refusals" in one && one.refusals.client === "203.0.113.50" ? [one.refusals] : [],
  );
  const counts = Object.groupBy(refusals, ({ status }) => status);
  expect(counts[401]).toHaveLength(1);
  expect(counts[429]?.length ?? 0).toBeLessThanOrEqual(1);
  expect(refusals.reduce((sum, { count }) => sum + count, 0)).toBe(100);
});
