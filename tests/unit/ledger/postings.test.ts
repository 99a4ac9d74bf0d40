import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { counterAccountsOf, postingsOf } from "#modules/ledger/domain/postings";
import type { TransactionDraft } from "#modules/ledger/domain/transaction-draft";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import { anyDraft, digitsOf, unitsOf } from "../../support/transaction-arbitraries.ts";

const id = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" as Id;
const hidden = (system: string) =>
  new Map(
    Object.keys(digitsOf).map((code) => [code as CurrencyCode, `${system} ${code}` as Id] as const),
  );
const counters = { opening: hidden("opening"), exchange: hidden("exchange") };
const post = (draft: TransactionDraft) => postingsOf({ ...draft, id }, counters);
const sum = (amounts: readonly bigint[]) => amounts.reduce((total, units) => total + units, 0n);

describe("the postings of any transaction", () => {
  test("sum to zero in each currency, with all its decimals", () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const byCurrency = Map.groupBy(post(draft), ({ currency }) => currency);
        for (const postings of byCurrency.values()) expect(sum(postings.map(unitsOf))).toBe(0n);
      }),
    );
  });

  test("are of an account or a category, of the same day, numbered from 0", () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const postings = post(draft);
        expect(postings.map(({ line }) => line)).toEqual(postings.map((_, index) => index));
        for (const { accountId, categoryId, date, transactionId } of postings)
          expect([accountId === null, date, transactionId]).toEqual([
            categoryId !== null,
            draft.date,
            id,
          ]);
      }),
    );
  });

  test("give the account what its kind says, and the categories the other side", () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const postings = post(draft);
        const whole = unitsOf(draft.amount);
        const own = postings.filter(({ line }) => line === 0).map(unitsOf);
        const gives = draft.kind === "expense" || draft.kind === "transfer";
        expect(own).toEqual([gives ? -whole : whole]);
        const categories = postings.filter(({ categoryId }) => categoryId !== null);
        expect(categories.map(({ categoryId }) => categoryId)).toEqual(
          draft.splits.map(({ categoryId }) => categoryId),
        );
      }),
    );
  });

  test("need the hidden accounts that are said to be needed, and no other", () => {
    fc.assert(
      fc.property(anyDraft, (draft) => {
        const named = counterAccountsOf(draft).map(({ system, currency }) =>
          String(counters[system].get(currency)),
        );
        const used = post(draft)
          .map(({ accountId }) => String(accountId))
          .filter((account) => account.includes(" "));
        expect(used.toSorted()).toEqual(named.toSorted());
        if (named.length > 0) expect(() => postingsOf({ ...draft, id })).toThrow("account");
        else expect(postingsOf({ ...draft, id })).toEqual(post(draft));
      }),
    );
  });
});
