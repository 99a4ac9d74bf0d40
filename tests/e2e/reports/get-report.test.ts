import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Report } from "#modules/reports/contract";
import { ifMatch } from "../../support/ledger.ts";
import { openReportsApp, type Reporter, reporter } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: Reporter;
let account: string;
beforeAll(async () => {
  api = await openReportsApp();
  user = await reporter(api);
  account = await user.addAccount("EUR");
});
afterAll(() => api.close());
const spend = (amount: string, date = "2026-09-03") =>
  user.record({
    ...{ kind: "expense", date, accountId: account },
    amount: { amount, currency: "EUR" },
  });
/** As it is told to whoever asks for it now, and what was counted by the job. */
async function counted({ id }: Report): Promise<Report> {
  await user.reportOf(id);
  await api.runJob("reports.compare");
  return user.reportOf(id);
}

describe("GET /v1/reports/{id}", () => {
  test("200: what was read when, with its version as ETag", async () => {
    await spend("12.50");
    const made = await user.make({ formats: ["csv", "md"] });
    const { headers, body } = await user.get<Report>(`/v1/reports/${made.id}`);
    expect(headers.get("etag")).toBe(`"${made.version}"`);
    expect(body).toEqual(made);
    expect(made).toMatchObject({
      ...{ state: "ready", progress: 100, standing: "stands", supersession: null },
      ...{ failure: null, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...{ asOf: "2026-09-18T12:00:00.000Z", finishedAt: "2026-09-18T12:00:00.000Z" },
      expiresAt: "2026-10-18T12:00:00.000Z",
    });
    for (const file of made.files)
      expect(file).toMatchObject({
        ...{ state: "ready", sizeBytes: expect.any(Number), failure: null, warning: null },
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
  });

  test("200: superseded at once by a change of what it covers, later with count and difference", async () => {
    const made = await user.make();
    await spend("7.25");
    const at = api.clock.now();
    expect(await user.reportOf(made.id)).toMatchObject({
      standing: "superseded",
      supersession: { at, transactions: null, differences: null },
    });
    await api.runJob("reports.compare");
    api.clock.advance(60);
    expect(await user.reportOf(made.id)).toMatchObject({
      version: made.version,
      supersession: {
        ...{ at, transactions: 1 },
        differences: [{ amount: "-7.25", currency: "EUR" }],
      },
    });
    // A further change is counted anew, and was noticed when the first one was.
    await spend("2.75");
    expect(await counted(made)).toMatchObject({
      supersession: {
        ...{ at, transactions: 2 },
        differences: [{ amount: "-10.00", currency: "EUR" }],
      },
    });
  });

  test("200: a change that touches no amount supersedes it, too, and comes to nothing", async () => {
    const { id, version } = await spend("3.00");
    const made = await user.make();
    const renamed = await user.patch(`/v1/transactions/${id}`, { payee: "Rewe" }, ifMatch(version));
    expect(renamed.status).toBe(200);
    expect(await counted(made)).toMatchObject({
      standing: "superseded",
      supersession: { transactions: 1, differences: [] },
    });
  });

  test("200: stands again once all that was changed is undone", async () => {
    const made = await user.make();
    const { id, version } = await spend("99.00");
    expect((await counted(made)).standing).toBe("superseded");
    expect((await user.post(`/v1/transactions/${id}/void`, {}, ifMatch(version))).status).toBe(200);
    expect(await user.reportOf(made.id)).toMatchObject({ standing: "stands", supersession: null });
  });

  test("200: what lies beside its days, and other accounts, leave it standing", async () => {
    const other = await user.addAccount("EUR");
    const made = await user.make({ accountIds: [account] });
    await spend("5.00", "2026-10-01");
    await user.record({
      ...{ kind: "expense", date: "2026-09-03", accountId: other },
      amount: { amount: "1.00", currency: "EUR" },
    });
    expect((await user.reportOf(made.id)).standing).toBe("stands");
  });

  test("404: another user's, and one that is not there", async () => {
    const { id } = await user.make();
    const other = await reporter(api);
    await user.share(other, "owner");
    for (const [who, what] of [
      [other, id],
      [user, user.bookId],
    ] as const) {
      const { status, body } = await who.get<{ code: string }>(`/v1/reports/${what}`);
      expect([status, body.code]).toEqual([404, "reports.report_not_found"]);
    }
  });

  test("422: what is no id", async () => {
    expect((await user.get("/v1/reports/1")).status).toBe(422);
  });
});
