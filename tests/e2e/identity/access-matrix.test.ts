import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT } from "jose";
import { makeBudget, monthlyBudget } from "../../support/budgets.ts";
import { evidencePair } from "../../support/evidence.ts";
import { grantPro } from "../../support/gbs.ts";
import { createUser, signedInUser, signIn } from "../../support/identity.ts";
import { csvOf, importer } from "../../support/imports.ts";
import { ledgerUser } from "../../support/ledger.ts";
import { sharer } from "../../support/report-shares.ts";
import { reporter } from "../../support/reports.ts";
import { createTestClock, openTestApp, type TestApp } from "../../support/test-app.ts";

/** One operation of the description, as the matrix needs it. */
type Operation = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly isPublic: boolean;
  readonly takesBody: boolean;
};

const strangersId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
const clock = createTestClock();
let api: TestApp;
let operations: readonly Operation[];
beforeAll(async () => {
  api = await openTestApp({ clock, environment: { GBS_EVIDENCE: "video" } });
  operations = operationsOf(api);
});
afterAll(() => api.close());
const closed = () => operations.filter(({ isPublic }) => !isPublic);

/** Everything below /v1 that the document describes: whoever adds a route adds it to the matrix. */
function operationsOf({ app }: TestApp): Operation[] {
  return Object.entries(app.describe().paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Record<string, unknown>>)
      .filter(() => path.startsWith("/v1/"))
      .map(([method, operation]) => ({
        name: String(operation["operationId"]),
        method: method.toUpperCase(),
        path: path
          .replaceAll("{id}", strangersId)
          .replaceAll("{code}", "EUR")
          .replaceAll("{format}", "csv"),
        isPublic: JSON.stringify(operation["security"]) === "[]",
        takesBody: operation["requestBody"] !== undefined,
      })),
  );
}

/** With a body that would be refused, were it read: who may not call is told so first. */
async function ask({ method, path, takesBody }: Operation, token: string | null) {
  const answer = await api.request<{ code: string }>(path, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(takesBody ? { "content-type": "application/json" } : {}),
    },
    ...(takesBody ? { body: '{"no_such_field":' } : {}),
  });
  return { status: answer.status, code: answer.body?.code };
}

const statusesOf = async (asked: readonly Operation[], token: string | null) =>
  Object.fromEntries(
    await Promise.all(
      asked.map(async (operation) => [operation.name, (await ask(operation, token)).status]),
    ),
  );
const all = (asked: readonly Operation[], status: number) =>
  Object.fromEntries(asked.map(({ name }) => [name, status]));

/** A token like the given one but for these members (undefined = left out), signed with the application's own key. */
async function forged(
  token: string,
  changed: {
    readonly header?: Readonly<Record<string, unknown>>;
    readonly payload?: Readonly<Record<string, unknown>>;
  },
  key?: CryptoKey,
): Promise<string> {
  const header = { ...decodeProtectedHeader(token), ...changed.header };
  const payload = { ...decodeJwt(token), ...changed.payload };
  const [own] = api.keyring.pairs("access-token");
  if (!own) throw new Error("there is no key");
  return new SignJWT(payload)
    .setProtectedHeader(header as { alg: string })
    .sign(key ?? own.privateKey);
}

describe("every route that is not for everybody", () => {
  test("is one of many", () => {
    expect(closed().length).toBeGreaterThan(15);
  });

  test("answers 401 without a token", async () => {
    expect(await statusesOf(closed(), null)).toEqual(all(closed(), 401));
  });

  test("answers 401 to a session that was revoked", async () => {
    const user = await signedInUser(api);
    expect((await user.get("/v1/users/me")).status).toBe(200);
    expect((await user.delete("/v1/auth/sessions/current")).status).toBe(204);
    expect(await statusesOf(closed(), user.tokens.accessToken)).toEqual(all(closed(), 401));
  });

  test("answers 401 to a user who was suspended, and after the password was changed elsewhere", async () => {
    const victim = await signedInUser(api);
    const admin = await signedInUser(api, { roles: ["admin"] });
    const answer = await admin.post(`/v1/admin/users/${victim.user.id}/suspension`, {
      reason: "test",
    });
    expect(answer.status).toBe(200);
    expect(await statusesOf(closed(), victim.tokens.accessToken)).toEqual(all(closed(), 401));

    const other = await signedInUser(api);
    const elsewhere = await signIn(api, other.user);
    const changed = await other.put("/v1/users/me/password", {
      currentPassword: other.user.password,
      newPassword: "another violet tractor sings",
    });
    expect(changed.status).toBe(204);
    expect(await statusesOf(closed(), elsewhere.accessToken)).toEqual(all(closed(), 401));
  });

  test("answers 403 without the permission, before it reads a body", async () => {
    const { user } = await signedInUser(api);
    await api.sql`update identity.users set roles = '{}' where id = ${user.id}`;
    const { accessToken } = await signIn(api, user);
    expect(await statusesOf(closed(), accessToken)).toEqual(all(closed(), 403));
  });

  test("answers 403 to users where it is for support and administrators", async () => {
    const { tokens } = await signedInUser(api);
    const forAdmins = closed().filter(({ path }) => path.startsWith("/v1/admin/"));
    expect(forAdmins.length).toBeGreaterThan(5);
    expect(await statusesOf(forAdmins, tokens.accessToken)).toEqual(all(forAdmins, 403));
  });

  test("answers 403 to administrators who have no second factor", async () => {
    const { tokens } = await signedInUser(api, { roles: ["admin"], secondFactor: false });
    const forAdmins = closed().filter(({ path }) => path.startsWith("/v1/admin/"));
    expect(await statusesOf(forAdmins, tokens.accessToken)).toEqual(all(forAdmins, 403));
  });
});

describe("every route, also one for everybody, answers 401 to a token", () => {
  async function refusesAll(token: string): Promise<void> {
    expect(await statusesOf(operations, token)).toEqual(all(operations, 401));
  }
  let good: string;
  beforeAll(async () => {
    good = (await signedInUser(api)).tokens.accessToken;
  });

  test("that is none", () => refusesAll("x.y.z"));
  test("of another audience", async () =>
    refusesAll(await forged(good, { payload: { aud: "elsewhere" } })));
  test("of another issuer", async () =>
    refusesAll(await forged(good, { payload: { iss: "https://evil.example" } })));
  test("of another key under the name of ours", async () => {
    const { privateKey } = await generateKeyPair("EdDSA");
    await refusesAll(await forged(good, {}, privateKey));
  });
  test("of a key that nobody knows", async () =>
    refusesAll(await forged(good, { header: { kid: "0000000000000000" } })));
  test("of another type", async () => refusesAll(await forged(good, { header: { typ: "JWT" } })));
  test("without an expiry", async () =>
    refusesAll(await forged(good, { payload: { exp: undefined } })));
  test("of a session that never was", async () =>
    refusesAll(await forged(good, { payload: { sid: strangersId } })));
  test("of somebody else's session", async () => {
    const { user } = await signedInUser(api);
    await refusesAll(await forged(good, { payload: { sub: user.id } }));
  });
  test("without a signature (alg none)", async () => {
    const [, payload = ""] = good.split(".");
    const header = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url");
    await refusesAll(`${header}.${payload}.`);
  });
  test("signed with the public key as a secret (HS256)", async () => {
    const [pair] = api.keyring.pairs("access-token");
    const { x = "" } = pair?.publicKey.export({ format: "jwk" }) ?? {};
    const token = await new SignJWT({ ...decodeJwt(good) })
      .setProtectedHeader({ alg: "HS256", kid: String(pair?.kid), typ: "at+jwt" })
      .sign(Buffer.from(x, "base64url"));
    await refusesAll(token);
  });
  test("that has expired", async () => {
    clock.advance(16 * 60);
    await refusesAll(good);
    const fresh = await signedInUser(api);
    expect((await fresh.get("/v1/users/me")).status).toBe(200);
  });
});

/** What a route with an id in its path is asked for: somebody else's thing, by whoever may call the route at all. */
const foreignThings: Readonly<
  Record<
    string,
    () => Promise<{
      token: string;
      path: string;
      body?: unknown;
      headers?: Readonly<Record<string, string>>;
    }>
  >
> = {
  async revokeSession() {
    const { accessToken } = (await signedInUser(api)).tokens;
    const other = await signedInUser(api);
    const { sid } = decodeJwt(other.tokens.accessToken);
    return { token: accessToken, path: `/v1/auth/sessions/${sid}` };
  },
  getUser: () => byAdmin("users/:id"),
  listAccountActions: () => byAdmin("users/:id/actions"),
  suspendUser: () => byAdmin("users/:id/suspension", { reason: "test" }),
  restoreUser: () => byAdmin("users/:id/restoration", { reason: "test" }),
  setRoles: () => byAdmin("users/:id/roles", { roles: ["user"], reason: "test" }),
  getBook: () => ofAnother("books", ""),
  updateBook: () => ofAnother("books", "", { name: "Mine" }),
  closeBook: () => ofAnother("books", "/closing", { closedThrough: "2026-01-31" }),
  reopenBook: () => ofAnother("books", "/reopening", { closedThrough: null, reason: "test" }),
  listClosings: () => ofAnother("books", "/closings"),
  getCategory: () => ofAnother("categories", ""),
  updateCategory: () => ofAnother("categories", "", { name: "Mine" }),
  deleteCategory: () => ofAnother("categories", ""),
  archiveCategory: () => ofAnother("categories", "/archival"),
  restoreCategory: () => ofAnother("categories", "/archival"),
  getAccount: () => accountOfAnother(""),
  updateAccount: () => accountOfAnother("", { name: "Mine" }),
  deleteAccount: () => accountOfAnother(""),
  archiveAccount: () => accountOfAnother("/archival"),
  reopenAccount: () => accountOfAnother("/archival"),
  listAccountBalances: () => accountOfAnother("/balances"),
  getTransaction: () => transactionOfAnother(""),
  changeTransaction: () => transactionOfAnother("", { note: "Mine" }),
  voidTransaction: () => transactionOfAnother("/void"),
  listTransactionChanges: () => transactionOfAnother("/history"),
  getImport: () => importOfAnother(""),
  answerImport: () => importOfAnother("", { dateOrder: "dmy" }),
  removeImport: () => importOfAnother(""),
  listImportRows: () => importOfAnother("/rows"),
  commitImport: () => importOfAnother("/commit"),
  undoImport: () => importOfAnother("/undo"),
  getBudget: () => anothersBudget(""),
  updateBudget: () => anothersBudget("", { name: "Mine" }),
  archiveBudget: () => anothersBudget("/archival"),
  restoreBudget: () => anothersBudget("/archival"),
  findBudgetProgress: () => anothersBudget("/progress"),
  getDebt: () => debtOfOthers(""),
  withdrawOffer: () => debtOfOthers("/withdrawal"),
  acceptOffer: () => debtOfOthers("/acceptance"),
  declineOffer: () => debtOfOthers("/decline"),
  fetchDebtCalendar: () => debtOfOthers("/calendar"),
  listDebtDocuments: () => debtOfOthers("/documents"),
  fetchDebtDocument: () => debtOfOthers(`/documents/${strangersId}/file`),
  claimPayment: () => debtOfOthers("/payments", aClaim),
  listPayments: () => debtOfOthers("/payments"),
  confirmPayment: () => debtOfOthers(`/payments/${strangersId}/confirmation`),
  contestPayment: () => debtOfOthers(`/payments/${strangersId}/contest`, because),
  withdrawPayment: () => debtOfOthers(`/payments/${strangersId}/withdrawal`),
  proposeAmendment: () => debtOfOthers("/amendments", anAmendment),
  listAmendments: () => debtOfOthers("/amendments"),
  acceptAmendment: () => debtOfOthers(`/amendments/${strangersId}/acceptance`),
  declineAmendment: () => debtOfOthers(`/amendments/${strangersId}/decline`),
  withdrawAmendment: () => debtOfOthers(`/amendments/${strangersId}/withdrawal`),
  proposeCancellation: () => debtOfOthers("/cancellations", because),
  acceptCancellation: () => debtOfOthers(`/cancellations/${strangersId}/acceptance`),
  declineCancellation: () => debtOfOthers(`/cancellations/${strangersId}/decline`),
  withdrawCancellation: () => debtOfOthers(`/cancellations/${strangersId}/withdrawal`),
  raiseDispute: () => debtOfOthers("/disputes", because),
  withdrawDispute: () => debtOfOthers(`/disputes/${strangersId}/withdrawal`),
  declareDefault: () => debtOfOthers("/default"),
  linkPosting: () => debtOfOthers("/posting-links", { transactionId: strangersId }),
  listPostingLinks: () => debtOfOthers("/posting-links"),
  fetchDossier: () => debtOfOthers("/dossier"),
  listCustody: () => debtOfOthers("/custody"),
  getDebtEvidence: () => debtOfOthers("/evidence"),
  withdrawConsent: () => debtOfOthers("/evidence/consent/withdrawal"),
  drawSentence: () => debtOfOthers("/evidence/sentences"),
  beginEvidenceUpload: async () => ({
    ...(await debtOfOthers("/evidence/uploads")),
    headers: { ...tus, "upload-length": "100" },
  }),
  getEvidenceUpload: () => uploadOfAnother(),
  resumeEvidenceUpload: () => uploadOfAnother(),
  sendEvidenceUpload: () =>
    uploadOfAnother({
      ...{ "upload-offset": "0", "content-type": "application/offset+octet-stream" },
    }),
  cancelEvidenceUpload: () => uploadOfAnother(),
  revealEvidenceKey: () => debtOfOthers("/evidence/key"),
  printEvidenceKey: () => debtOfOthers("/evidence/key-card", aKey),
  acknowledgeEvidenceKey: () => debtOfOthers("/evidence/key-acknowledgement", aKey),
  unlockEvidence: () => debtOfOthers("/evidence/playback", aKey),
  fetchEvidence: () => debtOfOthers("/evidence/file"),
  nameEvidenceRecipient: () => debtOfOthers("/evidence/recipient", aRecipient),
  proveEvidenceRecipient: () => debtOfOthers("/evidence/recipient/proof", { proof: "ab" }),
  checkEvidence: () => debtOfOthers("/evidence/integrity-checks"),
  unlinkPosting: () => debtOfOthers(`/posting-links/${strangersId}`),
  blockLender: () => debtOfOthers("/block"),
  reportDebtAbuse: () => debtOfOthers("/abuse-reports", because),
  liftDebtBlock: () => blockOfAnother(),
  resolveAbuseReport: () =>
    byAdmin("gbs/abuse-reports/:id/resolution", { ...because, action: "dismiss" }),
  getReviewItem: () => byOperator(""),
  claimEvidence: () => byOperator("/claim"),
  endEvidenceClaim: () => byOperator("/claim"),
  playEvidence: () => byOperator("/playback"),
  decideEvidence: () =>
    byOperator("/decision", {
      ...{ decision: "refuse", reason: "Not mine." },
      checklist: { faceVisible: true, sentenceSpoken: true, wordsMatch: true, unedited: true },
    }),
  inspectDebt: () => byAdmin("gbs/debts/:id/inspections", because),
  proposeLegalHold: () => byAdmin("gbs/debts/:id/legal-holds", because),
  confirmLegalHold: () => byAdmin("gbs/legal-holds/:id/confirmation"),
  proposeHoldRelease: () => byAdmin("gbs/legal-holds/:id/release", because),
  confirmHoldRelease: () => byAdmin("gbs/legal-holds/:id/release-confirmation"),
  createReportShare: () => sharedByAnother(({ report }) => `reports/${report.id}/shares`, {}),
  listReportShares: () => sharedByAnother(({ report }) => `reports/${report.id}/shares`),
  listShareOpenings: () => sharedByAnother(({ shareId }) => `report-shares/${shareId}/openings`),
  revokeReportShare: () => sharedByAnother(({ shareId }) => `report-shares/${shareId}`),
  getReport: () => reportOfAnother(""),
  deleteReport: () => reportOfAnother(""),
  cancelReport: () => reportOfAnother("/cancellation"),
  fetchReportFile: () => reportOfAnother("/files/csv"),
  fetchReportModel: () => reportOfAnother("/model"),
  getReportSchedule: () => scheduleOfAnother(),
  changeReportSchedule: () => scheduleOfAnother({ name: "Mine" }),
  deleteReportSchedule: () => scheduleOfAnother(),
};
const because = { reason: "Because." };
const tenEuros = { amount: "10.00", currency: "EUR" };
const aKey = { key: "00000-00000-00000-00000" };
const aRecipient = {
  recipient: "age1m6zjs2nfpvmt06t4ek7j27zdt5p99znqzezuwsal8vm9c8j2la7qy9u5v3",
};
const aClaim = { amount: tenEuros, paidOn: "2026-09-18", reference: "cash" };
const anAmendment = { ...because, amount: tenEuros, description: "Mine", dueOn: "2027-01-01" };
const tus = { "tus-resumable": "1.0.0" };
/** Between two others, with a recording on its way, and the same for all who ask: it stays as it is. */
let ofOthers: ReturnType<typeof makeDebt> | undefined;
async function makeDebt() {
  const pair = await evidencePair(api);
  await grantPro(api, pair.lender.user);
  const { id } = await pair.accepted();
  return { ...pair, id };
}
let uploading: Promise<string> | undefined;
async function uploadOfAnother(headers: Readonly<Record<string, string>> = {}) {
  ofOthers ??= makeDebt();
  const { stranger, recorder, id } = await ofOthers;
  uploading ??= recorder.begin(id, 100).then((upload) => upload.id);
  return {
    token: await stranger.token(),
    path: `/v1/evidence-uploads/${await uploading}`,
    headers: { ...tus, ...headers },
  };
}
async function debtOfOthers(suffix: string, body?: unknown) {
  ofOthers ??= makeDebt();
  const { stranger, id } = await ofOthers;
  const token = await stranger.token();
  return { token, path: `/v1/debts/${id}${suffix}`, ...(body === undefined ? {} : { body }) };
}
async function blockOfAnother() {
  const { stranger, borrower, id } = await makeDebt();
  const { body } = await borrower.post<{ id: string }>(`/v1/debts/${id}/block`);
  return { token: await stranger.token(), path: `/v1/debt-blocks/${body.id}` };
}
async function reportOfAnother(suffix: string) {
  const { id } = await (await reporter(api)).make();
  const { tokens } = await signedInUser(api);
  return { token: tokens.accessToken, path: `/v1/reports/${id}${suffix}` };
}
async function scheduleOfAnother(body?: unknown) {
  const { id } = await (await reporter(api)).schedule();
  const { tokens } = await signedInUser(api);
  return {
    token: tokens.accessToken,
    path: `/v1/report-schedules/${id}`,
    ...(body === undefined ? {} : { body }),
  };
}
async function sharedByAnother(
  pathOf: (shared: { report: { id: string }; shareId: string }) => string,
  body?: unknown,
) {
  const other = await sharer(api, {}, ["csv"]);
  const { id: shareId } = await other.share();
  const { tokens } = await signedInUser(api);
  return {
    token: tokens.accessToken,
    path: `/v1/${pathOf({ report: other.report, shareId })}`,
    ...(body === undefined ? {} : { body }),
  };
}
async function anothersBudget(suffix: string, body?: unknown) {
  const other = await ledgerUser(api);
  const { id } = await makeBudget(other, monthlyBudget([await other.addCategory("expense")]));
  const { tokens } = await signedInUser(api);
  return {
    token: tokens.accessToken,
    path: `/v1/budgets/${id}${suffix}`,
    ...(body === undefined ? {} : { body }),
  };
}
/** The first thing of a list that another user has. */
async function ofAnother(list: string, suffix: string, body?: unknown) {
  const other = await signedInUser(api);
  const { items } = (await other.get<{ items: { id: string }[] }>(`/v1/${list}`)).body;
  const { tokens } = await signedInUser(api);
  return {
    token: tokens.accessToken,
    path: `/v1/${list}/${items[0]?.id}${suffix}`,
    ...(body === undefined ? {} : { body }),
  };
}
async function accountOfAnother(suffix: string, body?: unknown) {
  const id = await (await ledgerUser(api)).addAccount("EUR");
  const { tokens } = await signedInUser(api);
  return {
    token: tokens.accessToken,
    path: `/v1/accounts/${id}${suffix}`,
    ...(body === undefined ? {} : { body }),
  };
}
async function importOfAnother(suffix: string, body?: unknown) {
  const other = await importer(api);
  const { id } = await other.upload(
    csvOf([["2026-03-01", "-4.50"]]),
    await other.addAccount("EUR"),
  );
  const { tokens } = await signedInUser(api);
  return {
    token: tokens.accessToken,
    path: `/v1/imports/${id}${suffix}`,
    ...(body === undefined ? {} : { body }),
  };
}
async function transactionOfAnother(suffix: string, body?: unknown) {
  const other = await ledgerUser(api);
  const { id } = await other.record({
    ...{ kind: "expense", date: "2026-09-01", accountId: await other.addAccount("EUR") },
    amount: { amount: "1.00", currency: "EUR" },
  });
  const { tokens } = await signedInUser(api);
  return {
    token: tokens.accessToken,
    path: `/v1/transactions/${id}${suffix}`,
    ...(body === undefined ? {} : { body }),
  };
}
/** Not there: what is there, any operator may review, unless it is of a debt of his own. */
async function byOperator(path: string, body?: unknown) {
  const { tokens } = await signedInUser(api, { roles: ["operator"] });
  return {
    token: tokens.accessToken,
    path: `/v1/admin/evidence/${strangersId}${path}`,
    ...(body === undefined ? {} : { body }),
  };
}

async function byAdmin(path: string, body?: unknown) {
  const { tokens } = await signedInUser(api, { roles: ["admin"] });
  return {
    token: tokens.accessToken,
    path: `/v1/admin/${path.replace(":id", strangersId)}`,
    ...(body === undefined ? {} : { body }),
  };
}

describe("somebody else's thing, or one that is not there", () => {
  test("is looked for by every route with an id", () => {
    const withId = closed().filter(({ path }) => path.includes(strangersId));
    expect(Object.keys(foreignThings).toSorted()).toEqual(
      withId.map(({ name }) => name).toSorted(),
    );
  });

  test("is 404, and stays as it was", async () => {
    await createUser(api);
    for (const [name, make] of Object.entries(foreignThings)) {
      const operation = operations.find((candidate) => candidate.name === name);
      const { token, path, body, headers = {} } = await make();
      const answer = await api.request<{ code: string }>(path, {
        method: operation?.method ?? "GET",
        headers: {
          authorization: `Bearer ${token}`,
          "if-match": '"1"',
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      expect([name, answer.status]).toEqual([name, 404]);
    }
  });
});
