import { expect, test } from "bun:test";
import fc from "fast-check";
import type { AccountKind, Transaction } from "#modules/ledger/contract";
import { journalEntry, journalHead, journalNames } from "#modules/ledger/domain/journal-export";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant, LocalDate } from "#platform/kernel/time";
import {
  checkJournal,
  describeWithHledger,
  journalSums,
  journalTransactions,
} from "../../support/hledger.ts";

const idOf = (number: number) =>
  `01936f2e-7b3c-7a11-9d55-${String(number).padStart(12, "0")}` as Id;
const at = "2026-11-22T09:30:00.000Z" as Instant;
const euro = (amount: string) => ({
  amount: amount as DecimalString,
  currency: "EUR" as CurrencyCode,
});

/** What means something to hledger, in the places where it does. */
const nasty = [
  ...["; not a comment", "two  spaces", " a", "a ", "\t", "\u00a0\u00a0x", "a | b", "(virtual)"],
  ...[
    "[balanced]",
    "a:b",
    ":a:",
    "* x",
    "! x",
    "= x",
    "(code) x",
    "date:2020-99-99",
    "[2020-99-99]",
  ],
  ...['"quoted"', "1INCH 5", "@ 3 EUR", "= 0", "{1}", "~ monthly", "include /etc/passwd", "a, b"],
  ...[
    "İşık Ğüçlü",
    "שלום עולם",
    "\u202eevil\u202c",
    "🍕",
    "e\u0301",
    "P 2026-01-01 X 1",
    ")",
    "))",
    "-",
  ],
  ...[
    "comment",
    "end comment",
    "#x",
    "a\u2028b",
    "\u200b",
    "account x",
    "2026-01-01 x",
    "%",
    "\\",
    "'",
  ],
];
const textOf = fc.oneof(
  fc.constantFrom(...nasty),
  fc
    .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: "binary", maxLength: 4 })), {
      maxLength: 4,
    })
    .map((parts) => parts.join("")),
);
const maybe = fc.option(textOf, { nil: null });

const transactionOf = (index: number, amount: string, texts: Texts): Transaction => ({
  ...{ id: idOf(100 + index), bookId: idOf(0), kind: "expense", date: "2026-01-02" as LocalDate },
  accountId: idOf(1 + (index % 3)),
  amount: euro(amount),
  splits: [{ categoryId: idOf(11 + (index % 2)), amount: euro(amount), note: texts.split }],
  ...{ transfer: null, payee: texts.payee, note: texts.note, tags: texts.tags },
  ...{ documentNumber: texts.document, taxRate: null, cleared: index % 2 === 0 },
  ...{ externalId: texts.external, importId: null, createdBy: idOf(9), createdAt: at },
  ...{ updatedAt: at, voidedAt: null, version: 1 },
});

const textsOf = fc.record({
  ...{ payee: maybe, note: maybe, document: maybe, external: maybe, split: maybe },
  tags: fc.array(textOf, { maxLength: 3 }),
});
type Texts = typeof textsOf extends fc.Arbitrary<infer T> ? T : never;

/** Full width as plain, and every space as one: what two texts have in common when a person reads them. */
const plain = (text: string | null | undefined): string =>
  (text ?? "")
    .replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();

describeWithHledger("a journal", () => {
  test("is valid and adds up, whatever accounts, categories, payees, notes and tags are called", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(textOf, textOf, textOf, textOf, textOf),
        fc.array(textsOf, { minLength: 6, maxLength: 30 }),
        async ([first, second, third, parent, child], texts) => {
          const kinds: AccountKind[] = ["checking", "credit_card", "checking"];
          const names = journalNames(
            [first, second, third].map((name, index) => {
              const kind = kinds[index] ?? "other";
              return { id: idOf(1 + index), kind, name };
            }),
            [
              { id: idOf(12), parentId: idOf(11), kind: "expense", name: child },
              { id: idOf(11), parentId: null, kind: "expense", name: parent },
            ],
          );
          // Whatever their names hold, accounts stand below their root, and categories below their parents alone.
          expect([1, 2, 3, 11, 12].map((id) => names.get(idOf(id))?.split(":").length)).toEqual([
            ...[2, 2, 2, 2, 3],
          ]);
          const journal = [
            journalHead(names, new Map([["EUR" as CurrencyCode, 2]])),
            ...texts.map((one, index) => journalEntry(transactionOf(index, "1.10", one), names)),
          ].join("");
          await checkJournal(journal);
          const sums = await journalSums(journal);
          for (const [index, id] of [1, 2, 3].map(idOf).entries()) {
            const times = texts.filter((_, number) => number % 3 === index).length;
            expect(sums.get(`${names.get(id)} EUR`)).toBe((-1.1 * times).toFixed(2));
          }
          const read = (await journalTransactions(journal)).map((one) => ({
            payee: plain(one.tdescription.split("|")[0]),
            note: plain(one.tdescription.split("|")[1]),
            document: plain(one.tcode),
            cleared: one.tstatus === "Cleared",
            tags: one.ttags.map(([name, value]) => `${name}=${plain(value)}`),
          }));
          expect(read).toEqual(
            texts.map(({ payee, note, document, external, tags }, index) => ({
              payee: plain(payee),
              note: plain(note),
              document: plain(document),
              cleared: index % 2 === 0,
              tags: [
                `id=${idOf(100 + index)}`,
                ...tags.map((tag) => `tag=${plain(tag)}`),
                ...(external === null ? [] : [`external-id=${plain(external)}`]),
              ],
            })),
          );
        },
      ),
      { numRuns: 60 },
    );
  }, 180_000);

  test("has no account below another because of a colon in a name, and still shows one", async () => {
    const names = journalNames(
      [{ id: idOf(1), kind: "checking", name: "Bank: joint" }],
      [{ id: idOf(11), parentId: null, kind: "expense", name: "Food:Out: at night" }],
    );
    expect([...names.values()]).toEqual(["assets:Bank： joint", "expenses:Food：Out： at night"]);
  });

  test("keeps two accounts of one name apart", async () => {
    const account = { kind: "cash" as const, name: "Cash" };
    const names = journalNames(
      [
        { ...account, id: idOf(1) },
        { ...account, id: idOf(2) },
      ],
      [],
    );
    expect([...names.values()]).toEqual(["assets:Cash", "assets:Cash (2)"]);
  });
});
