import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { isRefusalCount, type RequestOutcome, readOutcomeMessage } from "#platform/audit/messages";
import { changeDebts } from "../../support/changes-in-debts.ts";
import { changeEvidence } from "../../support/changes-in-evidence.ts";
import { changeAccounts } from "../../support/changes-in-identity.ts";
import { changeLedger } from "../../support/changes-in-ledger.ts";
import { changeReports } from "../../support/changes-in-reports.ts";
import { openDebtsApp } from "../../support/gbs.ts";
import { signedInUser, signIn } from "../../support/identity.ts";
import type { TestApp } from "../../support/test-app.ts";
import { openWalMessages } from "../../support/wal-messages.ts";
import {
  changingOperations,
  type DescribedOperation,
  operationOf,
  type WatchedRequest,
  watchRequests,
} from "../../support/watched-requests.ts";

/** A POST that only reads leaves no record. */
const onlyRead = ["convertMany"];

const strangersId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let watched: ReturnType<typeof watchRequests>;
let operations: readonly DescribedOperation[];
let refused: readonly WatchedRequest[];
let outcomes: readonly RequestOutcome[];
let counted: readonly { readonly key: string; readonly count: number }[];
let api: TestApp;

beforeAll(async () => {
  api = await openDebtsApp();
  const wal = await openWalMessages(api.databases.main, "audit_outcome");
  watched = watchRequests(api);
  operations = changingOperations(api).filter(({ name }) => !onlyRead.includes(name));
  refused = await beRefused(watched);
  const modules = [changeAccounts, changeLedger, changeReports, changeEvidence, changeDebts];
  for (const change of modules) await change(watched.api);
  // Closing sends what was gathered: nobody has to wait for it.
  await api.app.stop();
  const read = (await wal.committed("outcomes")).flatMap(
    (content) => readOutcomeMessage(content, api.keyring)?.outcomes ?? [],
  );
  outcomes = read.flatMap((one) => ("requestId" in one ? [one] : []));
  counted = read
    .filter(isRefusalCount)
    .map(({ refusals: r }) => ({ key: `${r.status} ${r.method} ${r.route}`, count: r.count }));
  await wal.close();
}, 240_000);
afterAll(() => api.close());

/** Each operation without a token; then without the permission, or where everybody may call it with a faulty body. */
async function beRefused({ api, seen }: ReturnType<typeof watchRequests>) {
  const { user } = await signedInUser(api);
  await api.sql`update identity.users set roles = '{}' where id = ${user.id}`;
  const { accessToken } = await signIn(api, user);
  const ask = (operation: DescribedOperation, token: string | null) =>
    api.request(operation.template.replaceAll(/\{\w+\}/g, strangersId), {
      method: operation.method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(operation.takesBody ? { "content-type": "application/json" } : {}),
      },
      ...(operation.takesBody ? { body: '{"no_such_field":' } : {}),
    });
  for (const operation of operations) await ask(operation, operation.isPublic ? null : accessToken);
  const refused = [...seen];
  seen.length = 0;
  for (const operation of operations.filter(({ isPublic }) => !isPublic))
    await ask(operation, null);
  seen.length = 0;
  return refused;
}

const recordsOf = ({ requestId }: WatchedRequest) =>
  outcomes.filter((outcome) => outcome.requestId === requestId);

/** What of a record can be told from outside. */
const facts = ({ requestId, method, status, code, actor, operation, route }: RequestOutcome) => ({
  ...{ requestId, method, status, code, operation, route },
  userId: actor.type === "user" ? actor.id : null,
});
function expectedOf(request: WatchedRequest) {
  const operation = operationOf(operations, request);
  const { path: _, ...told } = request;
  return { ...told, operation: operation?.name ?? "none", route: operation?.route ?? "none" };
}

describe("every operation that may change something", () => {
  test("is one of many", () => {
    expect(operations.length).toBeGreaterThan(75);
  });

  test("leaves exactly one record when it is refused, with its actor and action", () => {
    expect(refused).toHaveLength(operations.length);
    expect(refused.flatMap(recordsOf).map(facts)).toEqual(refused.map(expectedOf));
    for (const { status } of refused) expect(status).toBeOneOf([400, 403, 404, 422]);
  });

  test("leaves exactly one record when it is done, with its actor and action", () => {
    const changing = watched.seen.filter(({ method }) => method !== "GET");
    const done = changing.filter(({ status }) => status < 400);
    expect(done.flatMap(recordsOf).map(facts)).toEqual(done.map(expectedOf));
    const names = new Set(done.map((request) => operationOf(operations, request)?.name));
    const missing = operations.map(({ name }) => name).filter((name) => !names.has(name));
    expect(missing).toEqual([]);
  });

  test("is counted for strangers, and nothing more", () => {
    const closed = operations.filter(({ isPublic }) => !isPublic);
    const keys = closed.map(({ method, route }) => `401 ${method} ${route}`);
    const counts = counted.filter(({ key }) => keys.includes(key));
    expect(counts.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(counts.every(({ count }) => count === 1)).toBe(true);
  });
});

test("whatever was asked has one record at most, and says what it was about", () => {
  const ids = outcomes.map(({ requestId }) => requestId);
  expect(new Set(ids).size).toBe(ids.length);
  const suspension = outcomes.find(
    ({ operation, status }) => operation === "suspendUser" && status === 200,
  );
  const asked = watched.seen.find(({ requestId }) => requestId === suspension?.requestId);
  expect(suspension?.targets).toEqual({ id: asked?.path.split("/")[4] ?? "" });
  expect(suspension?.client).toMatch(/^10\./);
  for (const name of ["signIn", "refreshSession", "verifyRegistration", "redeemPasswordReset"])
    expect(
      outcomes.filter(({ operation, status }) => operation === name && status < 300),
    ).toSatisfy((all: RequestOutcome[]) =>
      all.every(({ targets }) => /^[0-9a-f-]{36}$/.test(targets["accountId"] ?? "")),
    );
});
