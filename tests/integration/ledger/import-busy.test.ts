import { afterAll, beforeAll, expect, test } from "bun:test";
import { csvOf, importer, runImportJobs } from "../../support/imports.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp();
});
afterAll(() => api.close());

test("a book that somebody else writes to for long is a 503 for requests and another try for the job", async () => {
  const user = await importer(api);
  const account = await user.addAccount("EUR");
  const read = await user.upload(csvOf([["2026-03-01", "-1.00"]]), account);
  const { body } = await user.startCommit(read);
  const payload = { importId: read.id, version: body.version, by: user.user.id };
  await api.sql.begin(async (tx) => {
    await tx`select 1 from ledger.book_states where book_id = ${user.bookId} for update`;
    const [recorded, job] = await Promise.all([
      user.post<{ code: string }>("/v1/transactions", {
        ...{ kind: "expense", date: "2026-03-01", accountId: account },
        amount: { amount: "1.00", currency: "EUR" },
      }),
      api.runJob("ledger.commit_import", payload).catch((error: { code: string }) => error.code),
    ]);
    expect([recorded.status, recorded.body.code]).toEqual([503, "database.busy"]);
    expect(job).toBe("database.busy");
  });
  expect((await user.importOf(read.id)).state).toBe("committing");
  await runImportJobs(api);
  expect((await user.importOf(read.id)).state).toBe("committed");
}, 30_000);
