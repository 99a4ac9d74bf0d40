import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Id } from "#platform/kernel/ids";
import { csvOf, type Importer, importer } from "../../support/imports.ts";
import { faultsOf } from "../../support/ledger.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: Importer;
beforeAll(async () => {
  api = await openTestApp({ environment: { READS_PER_MINUTE: "100000" } });
});
afterAll(() => api.close());

/** Few values each, so that rows are alike, within a file and between two. */
const row = fc.tuple(
  fc.constantFrom("2026-03-01", "2026-03-15", "2026-04-30"),
  fc.constantFrom("-4.50", "4.50", "-1000.00", "0.01", "-7.00"),
  fc.constantFrom("Bäckerei", "BÄCKEREI", "İş Bankası", "Straße 1", "=1+1"),
  fc.constantFrom("", "Ref 1"),
  fc.constantFrom("bank-00001", "bank-00002", "bank-00003", "bank-00004"),
);
// Neither day nor decimal point can be read in another way.
const sure = ["2026-03-31", "-12.34", "Sure", "", "bank-00000"] as const;
const file = fc
  .tuple(fc.array(row, { maxLength: 12 }), fc.boolean())
  .map(([rows, withIds]) => csvOf([sure, ...rows], withIds));

/** All that stands, and what the account has of it. */
async function stateOf(account: Id) {
  const transactions = await api.sql<Record<string, unknown>[]>`
    select id, kind, date::text, amount::text, payee, note, external_id, version
    from ledger.transactions where account_id = ${account} and voided_at is null order by id`;
  return { transactions: [...transactions], balance: Number(await user.balance(account)) };
}
/** Few rows leave much open: whether all amounts are turned round, say. */
async function read(text: string, account: Id) {
  const found = await user.upload(text, account);
  return found.questions.length === 0
    ? found
    : user.answer(found, { sign: "as_written", decimal: "point", dateOrder: "ymd" });
}
const forget = async ({ id, version }: { id: string; version: number }) =>
  user.delete(`/v1/imports/${id}`, undefined, { "if-match": `"${version}"` });

describe("for any file", () => {
  test("importing it twice is importing it once, and undoing it is never having imported it", async () => {
    await fc.assert(
      fc.asyncProperty(file, file, async (earlier, later) => {
        // Only so many imports of a user may be open, also when a run fails.
        user = await importer(api);
        const account = await user.addAccount("EUR");
        await user.commit(await read(earlier, account));
        const before = await stateOf(account);

        const first = await read(later, account);
        expect([first.state, first.questions]).toEqual(["ready", []]);
        const recorded = await user.commit(first);
        expect(recorded.state).toBe("committed");
        const after = await stateOf(account);
        expect(after.transactions.length - before.transactions.length).toBe(
          first.counts?.new ?? -1,
        );

        const second = await read(later, account);
        expect(second.counts?.new).toBe(0);
        await user.commit(second);
        expect(await stateOf(account)).toEqual(after);

        expect((await user.undo(recorded)).state).toBe("undone");
        expect(await stateOf(account)).toEqual(before);
        const again = await read(later, account);
        expect(again.counts).toEqual(first.counts);
        await forget(again);
        expect(await faultsOf(api, user.bookId)).toEqual([]);
      }),
      { numRuns: 10 },
    );
  }, 600_000);
});
