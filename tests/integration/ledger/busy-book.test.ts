import { afterAll, beforeAll, expect, test } from "bun:test";
import { expectProblem } from "../../support/http-statuses.ts";
import { csvOf, importer, runImportJobs } from "../../support/imports.ts";
import { ifMatch } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

/** PostgreSQL has whoever waits behind others wait for two locks, each 3 s at most; the rest is for a busy machine. */
const soonMs = 25_000;

test("while a book is written to for long, others are told so and when to come back; the import tries again", async () => {
  const user = await importer(api);
  const account = await user.addAccount("EUR");
  const amount = { amount: "1.00", currency: "EUR" };
  const expense = { kind: "expense", date: "2026-03-01", accountId: account, amount } as const;
  const seen = await user.record(expense);
  const read = await user.upload(csvOf([["2026-03-01", "-2.00"]]), account);
  const { body } = await user.startCommit(read);
  const payload = { importId: read.id, version: body.version, by: user.user.id };
  await api.sql.begin(async (tx) => {
    await tx`select 1 from ledger.book_states where book_id = ${user.bookId} for update`;
    const startedMs = performance.now();
    const path = `/v1/transactions/${seen.id}`;
    const [job, ...answers] = await Promise.all([
      api.runJob("ledger.commit_import", payload).catch((error: { code: string }) => error.code),
      user.post("/v1/transactions", expense),
      user.patch(path, { note: "x" }, ifMatch(1)),
      user.patch(`/v1/accounts/${account}`, { name: "Mine" }, ifMatch(1)),
    ]);
    expect(performance.now() - startedMs).toBeLessThan(soonMs);
    for (const answer of answers) {
      const problem = expectProblem(answer, 503, "ledger.book_busy");
      expect(problem.detail).toContain("written to this book");
      expect(answer.headers.get("retry-after")).toBe("5");
    }
    expect(job).toBe("ledger.book_busy");
    // Whoever only reads does not wait.
    expect((await user.get<object>(path)).body).toEqual(seen);
  });
  // It is no refusal of the ledger, which would have to be looked at.
  expect(await user.importOf(read.id)).toMatchObject({ state: "committing", failure: null });
  await runImportJobs(api);
  expect((await user.importOf(read.id)).state).toBe("committed");
  expect((await user.patch(`/v1/transactions/${seen.id}`, { note: "x" }, ifMatch(1))).status).toBe(
    200,
  );
});
