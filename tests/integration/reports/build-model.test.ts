import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ReportLanguage, ReportType } from "#modules/reports/contract";
import { BookMovedError, buildModel } from "#modules/reports/use-cases/build-model";
import type { Cell, DocumentPart } from "#platform/documents/model";
import { canonicalJson } from "#platform/kernel/canonical-json";
import { systemContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import { type AccountHolder, accountHolder, importRates } from "../../support/accounts.ts";
import { hostileTexts } from "../../support/documents.ts";
import { signedInUser } from "../../support/identity.ts";
import { ifMatch } from "../../support/ledger.ts";
import { importRandomRates, playLedger, randomLedger } from "../../support/random-ledger.ts";
import {
  buildParts,
  factsOf,
  notesOf,
  reportPlan,
  reportScales,
  rowsOf,
  shown,
  tablesOf,
  totalsOf,
} from "../../support/report-models.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ environment: { READS_PER_MINUTE: "1000000", DEFAULT_PLAN: "plus" } });
  await importRandomRates(api);
});
afterAll(() => api.close());

const ctx = systemContext("test:build-model", "test");
const types: readonly ReportType[] = [
  ...(["transactions", "account_statement", "budgets", "income_statement"] as const),
  ...(["cash_flow", "net_worth", "year"] as const),
];
const bookOf = ({ user, bookId }: Pick<AccountHolder, "user" | "bookId">) => ({
  ...{ userId: user.id, bookId },
});
const accountsIn = (type: ReportType, id: Id) => (type === "account_statement" ? [id] : null);

/** A document without its words: what stays is its shape, its figures and what users wrote. */
function wordless(parts: readonly DocumentPart[], own: ReadonlySet<string>): unknown[] {
  const kept = (cell: Cell, kind: string) =>
    kind === "text" && typeof cell === "string" && !own.has(cell) ? "word" : cell;
  let kinds: readonly string[] = [];
  return parts.map((part) => {
    switch (part.part) {
      case "document": {
        const { title: _, subtitle: __, language: ___, facts, ...head } = part.head;
        return {
          ...head,
          facts: facts.map(({ id, kind, value }) => [id, kind, kept(value, kind)]),
        };
      }
      case "facts":
        return part.facts.map(({ id, kind, value }) => [id, kind, kept(value, kind)]);
      case "table":
        kinds = part.table.columns.map(({ kind }) => kind);
        return [part.table.id, part.table.columns.map(({ title: _, ...column }) => column)];
      case "row":
        return part.cells.map((cell, at) => kept(cell, kinds[at] ?? "text"));
      case "totals":
        return part.totals.map(({ sums }) => sums);
      case "chart": {
        const { title: _, labels, series, ...chart } = part.chart;
        return [chart, labels.length, series.map(({ values }) => values)];
      }
      case "notes":
        return part.notes.length;
      default:
        return part.part;
    }
  });
}

const textsIn = (parts: readonly DocumentPart[]): string[] =>
  parts.flatMap((part) =>
    part.part === "row" ? part.cells.filter((cell) => typeof cell === "string") : [],
  );

describe("the same plan", () => {
  test("in three languages differs in nothing but words; of an unchanged book it is the same bytes", async () => {
    const [plan] = fc.sample(randomLedger, { numRuns: 1, seed: 11 });
    if (!plan) throw new Error("no ledger");
    const played = await playLedger(api, plan);
    const own = new Set<string>([
      ...hostileTexts,
      ...played.transactions.flatMap(({ payee, id }) => [payee ?? "", id]),
      ...["EUR", "TRY", "BTC", "JPY", "KWD", "Groceries", "Out", "market"],
    ]);
    for (const type of types) {
      const asked = {
        ...{ type, accountIds: accountsIn(type, played.accounts[1]?.id ?? played.user.bookId) },
        ...{ from: "2026-01-10" as LocalDate, to: "2026-12-20" as LocalDate },
      };
      const first = reportPlan(bookOf(played.user), asked);
      const inLanguage = async (language: ReportLanguage) =>
        (await buildParts(api, { ...first, language })).parts;
      const english = await inLanguage("en-US");
      for (const language of ["de-DE", "tr-TR"] as const) {
        const other = await inLanguage(language);
        expect(wordless(other, own)).toEqual(wordless(english, own));
        expect(notesOf(other)).not.toEqual(notesOf(english));
      }
      // The stored bytes are those of its canonical JSON.
      expect(canonicalJson(await inLanguage("en-US"))).toBe(canonicalJson(english));
    }
  }, 180_000);

  test("says who made it of what, as of when and at which rates", async () => {
    const user = await accountHolder(api);
    const [one, two] = [await user.open({ name: "Kasse" }), await user.open({ name: "a|b" })];
    const plan = reportPlan(bookOf(user), {
      ...{ type: "transactions", accountIds: [two.id, one.id], rateSource: "tcmb" },
      ...{ from: "2026-09-01" as LocalDate, to: "2026-09-30" as LocalDate, language: "tr-TR" },
    });
    const { parts, asOf, bookRevision, coverage } = await buildParts(api, plan);
    const [head] = parts;
    if (head?.part !== "document") throw new Error("a document begins with its head");
    expect(head.head).toMatchObject({
      ...{ id: plan.reportId, title: "İşlem Dökümü", language: "tr-TR" },
      ...{ timeZone: "Europe/Berlin", createdAt: plan.createdAt },
    });
    expect(head.head.subtitle).toEndWith("Eylül 2026");
    const [me] = await api.app.ports.identity.usersById(ctx, { userIds: [user.user.id] });
    expect<unknown[]>(head.head.facts.map(({ id, value }) => [id, value])).toEqual([
      ...[
        ["book", head.head.facts[0]?.value],
        ["from", "2026-09-01"],
        ["to", "2026-09-30"],
      ],
      ...[
        ["timeZone", "Europe/Berlin"],
        ["baseCurrency", "EUR"],
      ],
      ["rateSource", "Türkiye Cumhuriyet Merkez Bankası (TCMB) kurları"],
      ...[
        ["accounts", "a|b, Kasse"],
        ["asOf", api.clock.now()],
      ],
      ...[
        ["bookRevision", String(bookRevision)],
        ["madeBy", me?.displayName],
      ],
    ]);
    expect(asOf).toBe(api.clock.now());
    const seen = await api.app.ports.ledger.coverageOf(ctx, { ...bookOf(user), ...plan });
    expect([seen.bookRevision, seen.digest]).toEqual([bookRevision, coverage]);
  });
});

test("what was voided is in no figure, and counted in the notes", async () => {
  const user = await accountHolder(api);
  const account = await user.open();
  const { id } = await user.move(account, "2026-03-01", "-5");
  await user.move(account, "2026-03-02", "-7");
  await user.post(`/v1/transactions/${id}/void`, undefined, ifMatch(1));
  for (const type of ["transactions", "account_statement", "cash_flow"] as const) {
    const accountIds = accountsIn(type, account.id);
    const { parts } = await buildParts(api, reportPlan(bookOf(user), { type, accountIds }));
    expect(notesOf(parts)).toContain("One voided transaction of the period is in no figure.");
    expect(JSON.stringify(parts)).not.toContain('"-5.00"');
  }
});

test("what people wrote passes through unchanged", async () => {
  const user = await accountHolder(api);
  const lines = hostileTexts.filter((text) => !/\p{Cc}/u.test(text) && text.length <= 200);
  const account = await user.open({ name: "=cmd|' /C calc'!A0" });
  const food = await user.addCategory("expense", "]]> & <b>|");
  for (const payee of lines)
    await user.move(account, "2026-03-01", "-1", {
      ...{ payee: payee.trim(), note: payee.trim(), documentNumber: "=1+1" },
      ...{ categoryId: food, tags: ["+1"] },
    });
  for (const type of ["transactions", "account_statement", "year"] as const) {
    const asked = { type, accountIds: accountsIn(type, account.id) };
    const texts = new Set(textsIn((await buildParts(api, reportPlan(bookOf(user), asked))).parts));
    const payees = type === "year" ? [] : lines.map((line) => line.trim());
    for (const text of [...payees, "]]> & <b>|"]) expect(texts).toContain(text);
  }
});

describe("a book that is written to", () => {
  const write = async (user: AccountHolder, account: Parameters<AccountHolder["move"]>[0]) =>
    void (await user.move(account, "2026-03-09", "1"));

  test.each(types)("while a report of type %s is read makes it begin again", async (type) => {
    const user = await accountHolder(api);
    const account = await user.open();
    await write(user, account);
    const plan = reportPlan(bookOf(user), { type, accountIds: accountsIn(type, account.id) });
    const { parts } = await buildParts(api, plan);
    for (const at of [0, parts.length - 1]) {
      let seen = 0;
      const meanwhile = () => (seen++ === at ? write(user, account) : undefined);
      await expect(buildParts(api, plan, meanwhile)).rejects.toBeInstanceOf(BookMovedError);
    }
    expect((await buildParts(api, plan)).bookRevision).toBeGreaterThan(0);
  });

  test("is one state however many pages of it are read", async () => {
    const user = await accountHolder(api);
    const account = await user.open();
    await write(user, account);
    const plan = reportPlan(bookOf(user), { type: "transactions" });
    const writing = (async () => {
      for (let count = 0; count < 10; count += 1) await write(user, account);
    })();
    const states = new Set<string>();
    for (let count = 0; count < 8; count += 1) {
      const built = await buildParts(api, plan).catch((error: unknown) => {
        if (error instanceof BookMovedError) return undefined;
        throw error;
      });
      if (!built) continue;
      const rows = tablesOf(built.parts).get("transactions")?.rows.length;
      states.add(`${built.bookRevision} ${rows}`);
    }
    await writing;
    const revisions = [...states].map((state) => state.split(" ")[0]);
    expect(new Set(revisions).size).toBe(states.size);
  });
});

test("rates that come in between two conversions make it begin again", async () => {
  const user = await accountHolder(api);
  const lira = await user.open({ currency: "TRY" });
  await user.move(lira, "2026-06-10", "-100");
  const plan = reportPlan(bookOf(user), { type: "cash_flow" });
  let isFirst = true;
  const meanwhile = async () => {
    if (isFirst) await importRates(api, { "2026-06-09": { EUR: "0.9", TRY: "50" } });
    isFirst = false;
  };
  await expect(buildParts(api, plan, meanwhile)).rejects.toBeInstanceOf(BookMovedError);
  expect(factsOf((await buildParts(api, plan)).parts).get("expense")?.value).toEqual({
    amount: "-1.80",
    currency: "EUR",
  } as never);
});

describe("DATEV", () => {
  const datev = {
    ...{ consultantNumber: "1001", clientNumber: "1", accountLength: 4 },
    ...{ openingBalanceAccount: null, transitAccount: null },
    fiscalYearStart: "2026-01-01" as LocalDate,
  };

  test("gets bookings of what has account numbers; what has none is listed", async () => {
    const user = await accountHolder(api);
    const bank = await user.open({ externalCode: "1800" });
    const lira = await user.open({ currency: "TRY", name: "Lira" });
    const made = await user.post<{ id: Id }>("/v1/categories", {
      ...{ kind: "expense", name: "Bürobedarf", externalCode: "6815" },
    });
    const { id: categoryId } = made.body;
    await user.move(bank, "2026-03-02", "-119", { categoryId, taxRate: "19", payee: "Müller" });
    await user.move(lira, "2026-03-03", "-10", { categoryId });
    await user.move(bank, "2026-03-04", "-1");
    const asked = { type: "transactions", formats: ["csv", "datev"], datev } as const;
    const { parts, bookings } = await buildParts(api, reportPlan(bookOf(user), asked));
    if (bookings?.outcome !== "planned") throw new Error("there are no bookings");
    expect<unknown[]>(
      bookings.plan.bookings.map(({ debit, credit, amount, text }) => [
        ...[debit, credit, amount.amount, text],
      ]),
    ).toEqual([["6815", "1800", "119.00", "Müller"]]);
    const tables = tablesOf(parts);
    expect(rowsOf(tables, "unmapped", ["subject", "name", "fault", "uses"])).toEqual([
      ["Account", "Lira", "No number stated", "1"],
      ["Category", tables.get("unmapped")?.rows[1]?.["name"] as string, "No number stated", "1"],
    ]);
    expect(rowsOf(tables, "leftOut", ["reason", "amount"])).toEqual([
      ["An account number is missing", "10.00 TRY"],
      ["An account number is missing", "1.00 EUR"],
    ]);
    expect(notesOf(parts).join(" ")).toContain("The DATEV file has 1 booking without tax keys");
  });

  test("is not thought of unless it is wanted", async () => {
    const user = await accountHolder(api);
    const { parts, bookings } = await buildParts(
      api,
      reportPlan(bookOf(user), { type: "transactions" }),
    );
    expect(bookings).toBeNull();
    expect(notesOf(parts).join(" ")).not.toContain("DATEV");
  });
});

describe("errors", () => {
  const codeOf = async (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => (error instanceof AppError ? error.code : error),
    );

  test("a book of others and an account of another book are not found", async () => {
    const [user, other] = [await accountHolder(api), await accountHolder(api)];
    const theirs = await other.open();
    for (const type of types) {
      const stranger = { userId: user.user.id, bookId: other.bookId };
      const accountIds = accountsIn(type, theirs.id);
      const plan = reportPlan(stranger, { type, accountIds });
      expect(await codeOf(buildParts(api, plan))).toBe("ledger.book_not_found");
      const mixed = reportPlan(bookOf(user), { type, accountIds: [theirs.id] });
      expect(await codeOf(buildParts(api, mixed))).toBe("ledger.account_not_found");
    }
  });

  test("who may only read a book has reports of it", async () => {
    const owner = await accountHolder(api);
    const reader = await signedInUser(api);
    await owner.share(reader, "viewer");
    const plan = reportPlan({ userId: reader.user.id, bookId: owner.bookId }, { type: "year" });
    expect((await buildParts(api, plan)).parts.length).toBeGreaterThan(5);
  });

  test("more lines than any file holds are refused before anything is written", async () => {
    const user = await accountHolder(api);
    const { identity, ledger } = api.app.ports;
    const counted = {
      ...ledger,
      transactionCountsOf: async (...asked: Parameters<typeof ledger.transactionCountsOf>) => ({
        ...(await ledger.transactionCountsOf(...asked)),
        lines: 1_000_001,
      }),
    };
    const written: DocumentPart[] = [];
    const building = buildModel(
      { clock: api.clock, identity, ledger: counted, scales: reportScales },
      ctx,
      reportPlan(bookOf(user), { type: "transactions" }),
      async (part) => void written.push(part),
      new AbortController().signal,
    );
    expect(await codeOf(building)).toBe("reports.report_too_large");
    expect(written).toEqual([]);
  });

  test("ends with the reason it is aborted for", async () => {
    const user = await accountHolder(api);
    const { identity, ledger } = api.app.ports;
    const stop = new AbortController();
    const building = buildModel(
      { clock: api.clock, identity, ledger, scales: reportScales },
      ctx,
      reportPlan(bookOf(user), { type: "year" }),
      async () => stop.abort(new Error("enough")),
      stop.signal,
    );
    await expect(building).rejects.toThrow("enough");
  });
});

test("an example worked by hand: two currencies, a divided expense, a transfer, an opening balance", async () => {
  // One dollar: 0.50 euros and 20 liras from 1 April; one lira is 0.025 euros.
  await importRates(api, { "2026-07-01": { EUR: "0.5", TRY: "20" } });
  const user = await accountHolder(api);
  const bank = await user.open({
    ...{ name: "Bank", openingBalance: { amount: "100", currency: "EUR" } },
    ...{ openingDate: "2026-07-01", externalCode: "1800" },
  });
  const lira = await user.open({ name: "Lira", currency: "TRY" });
  const food = await user.addCategory("expense", "Food");
  const out = await user.addCategory("expense", "Out", { parentId: food });
  const work = await user.addCategory("income", "Work");
  const money = (amount: string, currency = "EUR") => ({ amount, currency });
  await user.record({
    ...{ kind: "expense", date: "2026-07-02", accountId: bank.id, amount: money("30.00") },
    ...{ payee: "Market", note: "Friday", taxRate: "19", documentNumber: "R1", tags: ["a", "b"] },
    splits: [
      { categoryId: food, amount: money("20.00") },
      { categoryId: out, amount: money("10.00"), note: "lunch" },
    ],
  });
  await user.move(lira, "2026-07-03", "1000", { categoryId: work });
  await user.record({
    ...{ kind: "transfer", date: "2026-07-04", accountId: bank.id, toAccountId: lira.id },
    ...{ amount: money("5.00"), toAmount: money("210.00", "TRY") },
  });
  const time = { from: "2026-07-01" as LocalDate, to: "2026-07-31" as LocalDate };
  const build = async (type: ReportType, accountIds: readonly Id[] | null = null) => {
    const plan = reportPlan(bookOf(user), { type, ...time, accountIds });
    const { parts } = await buildParts(api, plan);
    return { parts, tables: tablesOf(parts) };
  };

  const listed = (await build("transactions")).tables;
  const columns = "date,kind,account,counter,payee,note,documentNumber,tags,taxRate,amount";
  expect(rowsOf(listed, "transactions", columns.split(","))).toEqual([
    ["2026-07-01", "Opening balance", "Bank", "", "", "", "", "", "", ""],
    [..."2026-07-02,Expense,Bank,Food,Market,Friday,R1".split(","), "a, b", "19", "-20.00 EUR"],
    [
      ...["2026-07-02", "Expense", "Bank", "Food > Out", "Market", "Friday / lunch"],
      ...["R1", "a, b", "19", "-10.00 EUR"],
    ],
    ["2026-07-03", "Income", "Lira", "Work", "", "", "", "", "", "1000.00 TRY"],
    ["2026-07-04", "Transfer", "Bank", "Lira", "", "", "", "", "", ""],
  ]);
  expect(
    rowsOf(listed, "transactions", "converted,rate,rateDay,rateSource,moved,arrived".split(",")),
  ).toEqual([
    ["", "", "", "", "100.00 EUR", ""],
    ["-20.00 EUR", "", "", "", "", ""],
    ["-10.00 EUR", "", "", "", "", ""],
    ["25.00 EUR", "0.025", "2026-07-01", "market", "", ""],
    ["", "", "", "", "-5.00 EUR", "210.00 TRY"],
  ]);
  expect(totalsOf(listed, "transactions")).toEqual({
    "Total EUR": { amount: "-30.00 EUR", converted: "-5.00 EUR" },
    "Total TRY": { amount: "1000.00 TRY" },
  });

  const income = (await build("income_statement")).tables;
  expect(rowsOf(income, "expense", ["category", "mainCategory", "amount", "share"])).toEqual([
    ["Food", "Food", "-20.00 EUR", "66.67"],
    ["Food > Out", "Food", "-10.00 EUR", "33.33"],
  ]);
  expect(rowsOf(income, "mainExpense", ["category", "amount"])).toEqual([["Food", "-30.00 EUR"]]);
  // 30 x 19 / 119 = 4.789...
  expect(rowsOf(income, "taxes", ["kind", "taxRate", "net", "tax", "gross"])).toEqual([
    ["Income: No tax rate stated", "", "1000.00 TRY", "0.00 TRY", "1000.00 TRY"],
    ["Expense", "19", "-25.21 EUR", "-4.79 EUR", "-30.00 EUR"],
  ]);
  expect(rowsOf(income, "rates", ["day", "currency", "into", "rate", "quoted"])).toEqual([
    ["2026-07-03", "TRY", "EUR", "0.025", "2026-07-01"],
    ["2026-07-04", "TRY", "EUR", "0.025", "2026-07-01"],
  ]);

  const statement = (await build("account_statement", [lira.id])).tables;
  expect(
    rowsOf(statement, "movements", ["date", "kind", "counter", "amount", "balance", "converted"]),
  ).toEqual([
    ["2026-07-01", "Opening balance", "", "0.00 TRY", "0.00 TRY", ""],
    ["2026-07-03", "Income", "Work", "1000.00 TRY", "1000.00 TRY", "25.00 EUR"],
    ["2026-07-04", "Transfer", "Bank", "210.00 TRY", "1210.00 TRY", "5.25 EUR"],
  ]);

  const worth = (await build("net_worth")).tables;
  expect(rowsOf(worth, "netWorth", ["date", "assets", "liabilities", "netWorth"])).toEqual([
    ["2026-07-31", "95.25 EUR", "0.00 EUR", "95.25 EUR"],
  ]);
  expect(
    rowsOf(worth, "balances", ["account", "accountKind", "accountCode", "balance", "converted"]),
  ).toEqual([
    ["Bank", "Checking account", "1800", "65.00 EUR", "65.00 EUR"],
    ["Lira", "Checking account", "", "1210.00 TRY", "30.25 EUR"],
  ]);

  const year = reportPlan(bookOf(user), { type: "year" });
  const { parts } = await buildParts(api, year);
  const facts = factsOf(parts);
  const amounts = ["income", "expense", "result", "netWorthBefore"].map((id) =>
    shown(facts.get(id)?.value),
  );
  expect(amounts).toEqual(["25.00 EUR", "-30.00 EUR", "-5.00 EUR", "0.00 EUR"]);
  expect(facts.get("netWorthChange")?.value).toEqual(facts.get("netWorth")?.value);
  expect(rowsOf(tablesOf(parts), "payees", ["payee", "transactions", "amount"])).toEqual([
    ["Market", "1", "-30.00 EUR"],
  ]);
  expect(canonicalJson(parts.filter(({ part }) => part === "heading"))).not.toContain("Budgets");
});

test("in a currency that nothing has a rate to, amounts stand by themselves", async () => {
  const user = await accountHolder(api);
  const bank = await user.open();
  await user.move(bank, "2026-01-05", "-10");
  const plan = reportPlan(bookOf(user), {
    type: "income_statement",
    currency: "KWD" as CurrencyCode,
  });
  const { parts } = await buildParts(api, plan);
  const tables = tablesOf(parts);
  expect(rowsOf(tables, "unconverted", ["kind", "amount"])).toEqual([["Expense", "-10.00 EUR"]]);
  expect(rowsOf(tables, "expense", ["category", "amount"])).toEqual([]);
  expect(rowsOf(tables, "original", ["kind", "amount", "converted"])).toEqual([
    ["Expense", "-10.00 EUR", ""],
  ]);
  expect(rowsOf(tables, "currencies", ["currency", "expense", "converted"])).toEqual([
    ["EUR", "-10.00 EUR", ""],
  ]);
  expect(notesOf(parts).join(" ")).toContain("have no exchange rate on their day");
});
