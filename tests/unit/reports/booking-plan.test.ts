import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Transaction } from "#modules/ledger/contract";
import type { BookableTransaction } from "#modules/reports/domain/movements";
import {
  addDecimals,
  type DecimalString,
  multiplyRounded,
  negate,
  parseDecimal,
  zero,
} from "#platform/kernel/decimal";
import { type CurrencyCode, type Money, parseCurrencyCode } from "#platform/kernel/money";
import { parseLocalDate } from "#platform/kernel/time";
import { money } from "../../support/documents.ts";
import { idOf, planOf, sources, writeExtf } from "../../support/extf-files.ts";
import { balancesOf, type ReadBooking, readExtf } from "../../support/read-extf.ts";

/** Transactions of the ledger are bookable as they are. */
const fromLedger = (transaction: Transaction): BookableTransaction => transaction;

const plain: BookableTransaction = {
  ...{ id: idOf(100), kind: "expense", date: parseLocalDate("2026-09-07"), accountId: idOf(1) },
  ...{ amount: money("119.00", "EUR"), transfer: null },
  splits: [{ categoryId: idOf(12), amount: money("119.00", "EUR"), note: null }],
  ...{ payee: "Papeterie", note: "Toner", documentNumber: "RE-17", taxRate: parseDecimal("19") },
  voidedAt: null,
};
const transfer = (
  from: number,
  amount: Money,
  to: number,
  arrived: Money,
): BookableTransaction => ({
  ...plain,
  ...{ kind: "transfer", accountId: idOf(from), amount, splits: [], payee: null, note: null },
  ...{ transfer: { accountId: idOf(to), amount: arrived }, taxRate: null, documentNumber: null },
});
const opening = (account: number, amount: Money): BookableTransaction => ({
  ...transfer(account, amount, account, amount),
  ...{ kind: "opening", transfer: null },
});
const linesOf = (transactions: readonly BookableTransaction[], changes = {}) => {
  const { bookings, ...plan } = planOf(transactions, changes);
  return { ...plan, lines: readExtf(writeExtf(bookings).bytes).bookings };
};

describe("bookings of transactions", () => {
  test("an expense goes from its account to its category, with what is known of it", () => {
    const { lines } = linesOf([fromLedger({ ...plain, ...ledgerFields })]);
    expect(lines).toMatchObject([
      {
        ...{ amount: "119.00", side: "S", currency: "EUR", account: "4930", contra: "1200" },
        ...{ day: "0709", documentNumber: "RE-17", text: "Papeterie, Toner" },
        information: { "FinTrack-ID": plain.id, Kategorie: "Bürobedarf", Steuersatz: "19 %" },
      },
    ]);
  });

  test("an income goes the other way, a line for each of its parts", () => {
    const splits = [
      { categoryId: idOf(13), amount: money("100.00", "EUR"), note: "Beratung" },
      { categoryId: idOf(11), amount: money("19.00", "EUR"), note: null },
    ];
    const { lines } = linesOf([{ ...plain, kind: "income", splits, payee: null }]);
    expect(lines).toMatchObject([
      { amount: "100.00", account: "1200", contra: "8400", text: "Beratung" },
      { amount: "19.00", account: "1200", contra: "4210", text: "Toner" },
    ]);
  });

  test("parts in foreign currency come to the value of the whole", () => {
    const amount = money("100.00", "TRY");
    const third = money("33.33", "TRY");
    const splits = [third, third, money("33.34", "TRY")].map((part) => ({
      ...{ categoryId: idOf(11), amount: part, note: null },
    }));
    const { lines } = linesOf([{ ...plain, accountId: idOf(3), amount, splits }]);
    expect(lines.map(({ base }) => base?.amount as string)).toEqual(["0.71", "0.71", "0.72"]);
    expect(lines.map(({ amount: part }) => part as string)).toEqual(["33.33", "33.33", "33.34"]);
    expect(lines[0]?.information["Kursquelle"]).toBe("ecb, 2026-09-01");
  });

  test("a transfer is one line, whatever one side of it is, while the other is of the books' currency", () => {
    const euros = money("100.00", "EUR");
    const { lines, transit } = linesOf([
      transfer(1, euros, 2, euros),
      transfer(1, euros, 3, money("4800.00", "TRY")),
      transfer(4, money("110.00", "USD"), 1, euros),
      transfer(5, money("86.00", "GBP"), 1, euros),
    ]);
    expect(lines).toMatchObject([
      { amount: "100.00", currency: "EUR", account: "1000", contra: "1200", text: "Umbuchung" },
      { amount: "4800.00", currency: "TRY", quote: "48.000000", account: "1210", contra: "1200" },
      { amount: "110.00", currency: "USD", quote: "1.100000", account: "1200", contra: "1220" },
      // DATEV has no place for quotes below 1.
      { amount: "100.00", currency: "EUR", quote: null, account: "1200", contra: "1230" },
    ]);
    expect(lines.slice(1, 3).map(({ base }) => base?.amount as string)).toEqual([
      "100.00",
      "100.00",
    ]);
    expect(lines[1]?.information["Kursquelle"]).toBe("Kurs dieser Umbuchung");
    expect(lines[3]?.information["Betrag"]).toBe("86.00 GBP");
    expect(transit).toEqual({ amount: zero, currency: parseCurrencyCode("EUR") });
  });

  test("between two foreign currencies it passes through transit, each side at its own rate", () => {
    const dollars = transfer(4, money("110.00", "USD"), 3, money("4800.00", "TRY"));
    const { lines, transit } = linesOf([dollars]);
    expect(lines).toMatchObject([
      {
        amount: "110.00",
        currency: "USD",
        base: { amount: "101.38" },
        account: "1360",
        contra: "1220",
      },
      {
        amount: "4800.00",
        currency: "TRY",
        base: { amount: "102.52" },
        account: "1210",
        contra: "1360",
      },
    ]);
    expect(transit.amount).toBe(parseDecimal("-1.14"));
    const unstated = planOf([dollars], { transit: null });
    expect(unstated.bookings).toEqual([]);
    expect(unstated.unmapped).toEqual([
      { subject: "transit", id: null, name: null, code: null, fault: "missing", uses: 2 },
    ]);
  });

  test("an opening balance is booked against its own account, owed ones the other way round", () => {
    const { lines } = linesOf([
      opening(1, money("500.00", "EUR")),
      opening(2, money("-20.00", "EUR")),
      opening(1, money("0.00", "EUR")),
    ]);
    expect(lines).toMatchObject([
      { amount: "500.00", account: "1200", contra: "9000", text: "Eröffnungssaldo" },
      { amount: "20.00", account: "9000", contra: "1000" },
    ]);
    expect(planOf([opening(1, money("1.00", "EUR"))], { opening: null }).unmapped).toMatchObject([
      { subject: "opening", fault: "missing", uses: 1 },
    ]);
  });

  test("voided ones are none", () => {
    const plan = planOf([{ ...plain, voidedAt: "2026-09-08T00:00:00.000Z" }]);
    expect([plan.bookings, plan.leftOut]).toEqual([[], []]);
  });

  test("what has no number is listed and left out whole, with how often it was needed", () => {
    const splits = [
      { categoryId: idOf(12), amount: money("100.00", "EUR"), note: null },
      { categoryId: idOf(14), amount: money("19.00", "EUR"), note: null },
    ];
    const { bookings, unmapped, leftOut } = planOf([
      { ...plain, splits },
      { ...plain, id: idOf(101), accountId: idOf(7) },
      { ...plain, id: idOf(102), splits: [{ ...splits[1], categoryId: idOf(99) } as never] },
    ]);
    expect(bookings).toEqual([]);
    expect(unmapped).toEqual([
      {
        subject: "category",
        id: idOf(14),
        name: "Sonstiges",
        code: null,
        fault: "missing",
        uses: 1,
      },
      { subject: "account", id: idOf(7), name: "Neu", code: null, fault: "missing", uses: 1 },
      { subject: "category", id: idOf(99), name: null, code: null, fault: "missing", uses: 1 },
    ]);
    expect(leftOut.map(({ reason }) => reason)).toEqual(["unmapped", "unmapped", "unmapped"]);
  });

  const numbers: readonly [string, string | null][] = [
    ["1200", null],
    ["0420", null],
    ["70000", null],
    ["120", "wrong_length"],
    ["120000", "wrong_length"],
    ["12A0", "not_a_number"],
    ["0000", "not_a_number"],
    ["１２００", "not_a_number"],
    ['1200;"', "not_a_number"],
  ];
  for (const [code, fault] of numbers)
    test(`the number ${code} is ${fault ?? "taken"} where accounts have 4 digits`, () => {
      const accounts = new Map([[idOf(1), { id: idOf(1), name: "Konto", externalCode: code }]]);
      const { bookings, unmapped } = planOf([plain], { accounts });
      expect(bookings.map(({ credit }) => credit)).toEqual(fault === null ? [code] : []);
      expect(unmapped.map((entry) => entry.fault as string)).toEqual(fault === null ? [] : [fault]);
    });

  test("what cannot be valued or would move nothing is left out and said", () => {
    const accounts = new Map(
      [...sources.accounts].map(
        ([id, account]) => [id, { ...account, externalCode: "1200" }] as const,
      ),
    );
    const euro = money("1.00", "EUR");
    expect(planOf([transfer(1, euro, 2, euro)], { accounts }).leftOut).toMatchObject([
      { reason: "same_account" },
    ]);
    const inLira = (amount: string) => ({
      ...{ ...plain, accountId: idOf(3), amount: money(amount, "TRY") },
      splits: [{ categoryId: idOf(12), amount: money(amount, "TRY"), note: null }],
    });
    expect(planOf([inLira("10.00")], { rateOf: () => null }).leftOut).toEqual([
      { transactionId: plain.id, reason: "no_rate", amount: money("10.00", "TRY") },
    ]);
    expect(planOf([inLira("0.10")]).leftOut).toMatchObject([{ reason: "too_small" }]);
    expect(planOf([inLira("900000000000.00")]).leftOut).toMatchObject([{ reason: "too_large" }]);
  });
});

const ledgerFields = {
  ...{ bookId: idOf(1), tags: [], cleared: true, externalId: null, importId: null, version: 1 },
  createdBy: idOf(1),
  createdAt: "2026-09-07T10:00:00.000Z" as Transaction["createdAt"],
  updatedAt: "2026-09-07T10:00:00.000Z" as Transaction["updatedAt"],
  ...{ voidedAt: null, transfer: null },
};

const currencyOfAccount = [null, "EUR", "EUR", "TRY", "USD", "GBP", "BTC", "EUR"] as const;
const digitsOf = (currency: string) => (currency === "BTC" ? 8 : 2);
const amountOf = (currency: string, units: bigint): Money => {
  const digits = digitsOf(currency);
  const text = units.toString().padStart(digits + 1, "0");
  return money(`${text.slice(0, -digits)}.${text.slice(-digits)}`, currency);
};
const units = fc.bigInt(1n, 50_000_000n);

const transactions = fc.array(
  fc
    .record({
      kind: fc.constantFrom("income", "expense", "transfer", "opening"),
      account: fc.integer({ min: 1, max: 7 }),
      other: fc.integer({ min: 1, max: 7 }),
      parts: fc.array(fc.tuple(fc.integer({ min: 11, max: 14 }), units), {
        minLength: 1,
        maxLength: 3,
      }),
      arrived: units,
      owed: fc.boolean(),
      day: fc.integer({ min: 1, max: 30 }),
    })
    .filter(({ kind, account, other }) => kind !== "transfer" || account !== other),
  { maxLength: 12 },
);

type Generated = typeof transactions extends fc.Arbitrary<(infer T)[]> ? T : never;

function transactionOf(generated: Generated, index: number): BookableTransaction {
  const { kind, account, other, parts, arrived, owed, day } = generated;
  const [from, to] = [currencyOfAccount[account] ?? "EUR", currencyOfAccount[other] ?? "EUR"];
  const whole = amountOf(
    from,
    parts.reduce((sum, [, part]) => sum + part, 0n),
  );
  const common = {
    ...{ ...plain, id: idOf(1000 + index), kind, accountId: idOf(account), taxRate: null },
    date: parseLocalDate(`2026-09-${String(day).padStart(2, "0")}`),
  };
  if (kind === "opening")
    return {
      ...{ ...common, splits: [], transfer: null },
      amount: owed ? { ...whole, amount: negate(whole.amount) } : whole,
    };
  if (kind === "transfer")
    return {
      ...{ ...common, amount: whole, splits: [] },
      transfer: { accountId: idOf(other), amount: from === to ? whole : amountOf(to, arrived) },
    };
  const splits = parts.map(([category, part]) => ({
    ...{ categoryId: idOf(category), amount: amountOf(from, part), note: null },
  }));
  return { ...common, amount: whole, splits, transfer: null };
}

type Sums = Map<string, DecimalString>;
const add = (sums: Sums, key: string, amount: DecimalString) =>
  sums.set(key, addDecimals(sums.get(key) ?? zero, amount));
const nonZero = (sums: Sums) =>
  Object.fromEntries(
    [...sums].filter(([, sum]) => sum !== zero).sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** What the ledger says that each account and category got, by number and currency. */
function ledgerSums(all: readonly BookableTransaction[]): Sums {
  const sums: Sums = new Map();
  const number = (id: BookableTransaction["id"]) =>
    sources.accounts.get(id)?.externalCode ?? sources.categories.get(id)?.externalCode ?? "?";
  const gets = (id: BookableTransaction["id"], { amount, currency }: Money, sign: 1 | -1) =>
    add(sums, `${number(id)} ${currency}`, sign === 1 ? amount : negate(amount));
  for (const { kind, accountId, amount, splits, transfer: to } of all) {
    if (kind === "opening") gets(accountId, amount, 1);
    if (to) {
      gets(accountId, amount, -1);
      gets(to.accountId, to.amount, 1);
    }
    for (const split of splits) {
      gets(accountId, split.amount, kind === "income" ? 1 : -1);
      gets(split.categoryId, split.amount, kind === "income" ? -1 : 1);
    }
  }
  return sums;
}

/** The same of a file: an account kept in the books' currency gets the value, all else what was moved. */
function fileSums(lines: readonly ReadBooking[]): Sums {
  const inEuros = new Set(["1200", "1000"]);
  const sums: Sums = new Map();
  for (const { amount, currency, base, account, contra, information } of lines) {
    const [moved = amount, of = currency] = (information["Betrag"]?.split(" ") ?? []) as [
      DecimalString?,
      CurrencyCode?,
    ];
    for (const [number, sign] of [
      [account, 1],
      [contra, -1],
    ] as const) {
      const inBase = inEuros.has(number);
      const sum = inBase ? (base?.amount ?? amount) : moved;
      add(sums, `${number} ${inBase ? "EUR" : of}`, sign === 1 ? sum : negate(sum));
    }
  }
  return sums;
}

test("a file says of every account and category what the ledger says, to the cent", () => {
  fc.assert(
    fc.property(transactions, (generated) => {
      const all = generated.map(transactionOf);
      const { lines, leftOut, transit, unmapped } = linesOf(all);
      const without = new Set<string>(leftOut.map(({ transactionId }) => transactionId));
      const kept = all.filter(({ id }) => !without.has(id));
      const complete = lines.filter(
        ({ information }) => !without.has(information["FinTrack-ID"] ?? ""),
      );
      const own = (sums: Sums) => new Map([...sums].filter(([key]) => !/^(9000|1360)/.test(key)));
      expect(nonZero(own(fileSums(complete)))).toEqual(nonZero(own(ledgerSums(kept))));
      expect(balancesOf(lines).get("1360") ?? zero).toBe(transit.amount);

      // Every transaction is in the file or said to be left out, and those that need what has no number are.
      const written = new Set(lines.map(({ information }) => information["FinTrack-ID"]));
      for (const { id } of all) expect(written.has(id) || without.has(id)).toBe(true);
      const needsNone = ({ accountId, transfer: to, splits }: BookableTransaction) =>
        [accountId, to?.accountId, ...splits.map(({ categoryId }) => categoryId)].every(
          (id) => id !== idOf(7) && id !== idOf(14),
        );
      for (const transaction of kept) expect(needsNone(transaction)).toBe(true);
      expect(unmapped.length > 0).toBe(!all.every(needsNone));

      // Parts come to what the whole is worth.
      for (const { id, splits, amount } of kept.filter((one) => one.splits.length > 0)) {
        const own = lines.filter(({ information }) => information["FinTrack-ID"] === id);
        expect(own).toHaveLength(splits.length);
        const value = own.map((line) => line.base?.amount ?? line.amount).reduce(addDecimals);
        const rate = amount.currency === "EUR" ? null : sources.rateOf(amount.currency, plain.date);
        const worth = rate ? multiplyRounded(amount.amount, rate.rate, 2) : amount.amount;
        expect(addDecimals(value, zero)).toBe(addDecimals(worth, zero));
      }
    }),
    { numRuns: 300 },
  );
});
