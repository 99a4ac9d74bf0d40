import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Transaction } from "#modules/ledger/contract";
import { newTransaction } from "#modules/ledger/domain/new-transaction";
import { changedInput, type TransactionChanges } from "#modules/ledger/domain/transaction-changes";
import {
  type RecordedKind,
  readTransaction,
  type TransactionDraft,
  type TransactionInput,
} from "#modules/ledger/domain/transaction-draft";
import {
  compareDecimals,
  type DecimalString,
  divideDecimals,
  maxFractionDigits,
  roundDecimal,
} from "#platform/kernel/decimal";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import { amountOf, anyDraft, anyId, someScales } from "../../support/transaction-arbitraries.ts";

const id = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" as Id;
const other = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e22" as Id;
const read = (input: TransactionInput) => readTransaction(input, someScales);
const expense = (more: Partial<TransactionInput> = {}): TransactionInput => ({
  ...{ kind: "expense", date: "2026-09-01", accountId: id },
  ...{ amount: { amount: "12.50", currency: "EUR" }, ...more },
});

function faultsIn(input: TransactionInput): string[] {
  try {
    read(input);
  } catch (error) {
    if (error instanceof AppError) return error.fields.map(({ path }) => path);
    throw error;
  }
  return [];
}

/** As a client would write it down. */
const inputOf = ({ transfer, ...draft }: TransactionDraft): TransactionInput => ({
  ...draft,
  kind: draft.kind as RecordedKind,
  ...(transfer ? { toAccountId: transfer.accountId, toAmount: transfer.amount } : {}),
  ...(transfer ? { splits: null } : {}),
});
const recorded = anyDraft
  .filter(({ kind }) => kind !== "opening")
  .filter(({ accountId, transfer }) => accountId !== transfer?.accountId);
const stored = (draft: TransactionDraft) =>
  newTransaction(draft, {
    ...{ id, bookId: other, importId: null, createdBy: id },
    at: "2026-09-18T12:00:00.000Z" as Instant,
  }) as Transaction & { readonly kind: RecordedKind };

describe("a transaction as it is written down", () => {
  test("is read as it was meant, whatever it is", () => {
    fc.assert(
      fc.property(recorded, (draft) => {
        const quotient =
          draft.transfer && divideDecimals(draft.transfer.amount.amount, draft.amount.amount);
        const rate = quotient && roundDecimal(quotient, maxFractionDigits);
        const { transfer, ...found } = read(inputOf(draft));
        expect({ ...found, transfer }).toEqual({
          ...draft,
          transfer: draft.transfer && { ...draft.transfer, rate: transfer?.rate as DecimalString },
        });
        if (rate) expect(compareDecimals(transfer?.rate as DecimalString, rate)).toBe(0);
      }),
    );
  });

  test("has one spelling: no blanks around, composed characters, each tag once", () => {
    const draft = read(expense({ payee: " Cafe\u0301 ", tags: [" a", "a", " "], note: "  " }));
    expect([draft.payee, draft.tags, draft.note]).toEqual(["Café", ["a"], null]);
  });

  test("may not outgrow its bounds by being composed", () => {
    // U+0958 is two characters in composed form.
    expect(faultsIn(expense({ payee: "\u0958".repeat(101) }))).toEqual(["/payee"]);
    expect(faultsIn(expense({ tags: ["\u0958".repeat(26)] }))).toEqual(["/tags/0"]);
  });

  test("must have splits that add up to the minor unit", () => {
    fc.assert(
      fc.property(
        recorded.filter(({ kind }) => kind !== "transfer"),
        fc.constantFrom(-1n, 1n),
        (draft, off) => {
          const { currency } = draft.amount;
          const tooMuch = { categoryId: id, amount: { amount: amountOf(1n, currency), currency } };
          const splits = off > 0n ? [...draft.splits, tooMuch] : draft.splits.slice(1);
          expect(faultsIn({ ...inputOf(draft), splits })).toEqual(["/splits"]);
        },
      ),
    );
  });

  test.each<[string, Partial<TransactionInput>]>([
    ["/amount/amount", { amount: { amount: "1e3", currency: "EUR" } }],
    ["/amount/amount", { amount: { amount: "1.5", currency: "JPY" } }],
    ["/amount/amount", { amount: { amount: "0.000000001", currency: "BTC" } }],
    ["/amount/currency", { amount: { amount: "1", currency: "XXX" } }],
    ["/date", { date: "2026-02-29" }],
    ["/taxRate", { taxRate: "1e1" }],
    ["/categoryId", { categoryId: "7" }],
    [
      "/splits/0/categoryId",
      { splits: [{ categoryId: "7", amount: { amount: "12.50", currency: "EUR" } }] },
    ],
    [
      "/splits/0/amount/currency",
      { splits: [{ categoryId: id, amount: { amount: "12.50", currency: "USD" } }] },
    ],
    ["/toAccountId", { kind: "transfer", toAccountId: "7" }],
    ["/tags", { tags: Array.from({ length: 21 }, (_, index) => `${index}`) }],
  ])("a fault is named: %s", (path, more) => {
    expect(faultsIn(expense(more))).toEqual([path]);
  });

  test.each([
    ["-0", "0"],
    ["0", "0"],
    ["7.50", "7.50"],
    ["220", "220"],
  ])("a tax rate of %s", (taxRate, kept) => {
    expect<string | null>(read(expense({ taxRate })).taxRate).toBe(kept);
  });
});

describe("a change", () => {
  test("of nothing leaves a transaction as it is", () => {
    fc.assert(
      fc.property(recorded, (draft) => {
        const before = stored(read(inputOf(draft)) as TransactionDraft);
        expect(read(changedInput(before, { cleared: before.cleared }))).toEqual(
          read(inputOf(before)),
        );
      }),
    );
  });

  test("of anything gives what would have been recorded at once", () => {
    fc.assert(
      fc.property(recorded, recorded, (draft, wanted) => {
        const before = stored(read(inputOf(draft)) as TransactionDraft);
        const changes: TransactionChanges = inputOf(wanted);
        expect(read(changedInput(before, changes))).toEqual(read(inputOf(wanted)));
      }),
    );
  });

  test("of one field leaves the others", () => {
    fc.assert(
      fc.property(recorded, anyId, (draft, accountId) => {
        fc.pre(accountId !== draft.transfer?.accountId);
        const before = stored(read(inputOf(draft)) as TransactionDraft);
        const { accountId: changed, ...rest } = read(changedInput(before, { accountId }));
        const { accountId: _, ...same } = read(inputOf(draft));
        expect<unknown>([changed, rest]).toEqual([accountId, same]);
      }),
    );
  });
});
