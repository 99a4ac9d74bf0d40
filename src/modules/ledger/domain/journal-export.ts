import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode, Money } from "#platform/kernel/money";
import type { Account, AccountKind, Category, Transaction } from "../contract.ts";
import { createUniqueNames } from "./export-names.ts";
import { negatedText } from "./postings.ts";

/** Of accounts and categories, as the journal calls them: "assets:Cash", "expenses:Food:Groceries". */
export type JournalNames = ReadonlyMap<Id, string>;

const roots: Readonly<Record<AccountKind, "assets" | "liabilities">> = {
  checking: "assets",
  savings: "assets",
  cash: "assets",
  investment: "assets",
  other: "assets",
  credit_card: "liabilities",
  loan: "liabilities",
};
const opening = "equity:opening";
const conversion = "equity:conversion";

/** Each has a name of its own, in the order given; parents of categories may stand behind their children. */
export function journalNames(
  accounts: readonly Pick<Account, "id" | "kind" | "name">[],
  categories: readonly Pick<Category, "id" | "parentId" | "kind" | "name">[],
): JournalNames {
  const unique = createUniqueNames();
  const names = new Map<Id, string>();
  for (const { id, kind, name } of accounts)
    names.set(id, unique(`${roots[kind]}:${nameOf(name)}`));
  const byId = new Map(categories.map((category) => [category.id, category]));
  function add({ id, parentId, kind, name }: (typeof categories)[number]): string {
    const known = names.get(id);
    if (known !== undefined) return known;
    const parent = parentId === null ? undefined : byId.get(parentId);
    const above = parent ? add(parent) : kind === "income" ? "income" : "expenses";
    const full = unique(`${above}:${nameOf(name)}`);
    names.set(id, full);
    return full;
  }
  for (const category of categories) add(category);
  return names;
}

/** Directives: how many decimals each currency has, and every account, with its id to find it by. */
export function journalHead(
  names: JournalNames,
  currencies: ReadonlyMap<CurrencyCode, number>,
): string {
  return [
    "decimal-mark .",
    ...[...currencies].map(
      ([currency, digits]) => `commodity 1000.${"0".repeat(digits)} ${commodity(currency)}`,
    ),
    ...[...names].map(([id, name]) => `account ${name}  ; id:${id}`),
    `account ${opening}`,
    `account ${conversion}`,
  ]
    .map((line) => `${line}\n`)
    .join("");
}

/** One transaction in hledger's journal format (hledger manual, "Journal"), with an empty line before it. */
export function journalEntry(transaction: Transaction, names: JournalNames): string {
  const { id, date, cleared, documentNumber, payee, note, tags, taxRate, externalId } = transaction;
  const status = cleared ? " *" : "";
  const code = documentNumber === null ? "" : ` (${codeOf(documentNumber)})`;
  const description = [payee ?? "", ...(note === null ? [] : [note])]
    .map(descriptionOf)
    .join(" | ");
  const facts: [string, string | null][] = [
    ["id", id],
    ...tags.map((tag): [string, string] => ["tag", tag]),
    ["tax-rate", taxRate],
    ["external-id", externalId],
  ];
  return [
    "",
    `${date}${status}${code} ${guarded(description)}`.trimEnd(),
    ...facts.flatMap(([name, value]) =>
      value === null ? [] : [`    ; ${name}: ${commentOf(value)}`],
    ),
    ...linesOf(transaction, names),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function linesOf(
  { kind, accountId, amount, splits, transfer }: Transaction,
  names: JournalNames,
): string[] {
  const account = nameIn(names, accountId);
  if (kind === "opening") return [posting(account, amount), posting(opening, negated(amount))];
  if (transfer) {
    const to = nameIn(names, transfer.accountId);
    const exchanged = transfer.amount.currency !== amount.currency;
    return [
      posting(account, negated(amount)),
      ...(exchanged ? [posting(conversion, amount)] : []),
      ...(exchanged ? [posting(conversion, negated(transfer.amount))] : []),
      posting(to, transfer.amount),
    ];
  }
  return [
    posting(account, kind === "income" ? amount : negated(amount)),
    ...splits.map(({ categoryId, amount: part, note }) => {
      const line = posting(nameIn(names, categoryId), kind === "income" ? negated(part) : part);
      return note === null ? line : `${line}  ; ${commentOf(note)}`;
    }),
  ];
}

const posting = (account: string, { amount, currency }: Money): string =>
  `    ${account}  ${amount} ${commodity(currency)}`;

const negated = (money: Money): Money => ({ ...money, amount: negatedText(money.amount) });

function nameIn(names: JournalNames, id: Id): string {
  const name = names.get(id);
  if (name === undefined)
    throw new Error("a transaction speaks of an account that its book has not");
  return name;
}

/** Symbols with digits stand in quotes. */
const commodity = (currency: CurrencyCode): string =>
  /\d/.test(currency) ? `"${currency}"` : currency;

/**
 * What means something in the format, as the same sign in full width (U+FF01 to U+FF5E): the text stays readable, and one
 * line. Two spaces would end an account's name.
 */
const written = (text: string, signs: RegExp): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .replace(signs, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));

const nameOf = (text: string): string => written(text, /[:;]/g) || "-";
const codeOf = (text: string): string => written(text, /[()]/g);
const descriptionOf = (text: string): string => written(text, /[;|]/g);
/** A comment may hold tags ("name: value,") and dates in brackets. */
const commentOf = (text: string): string => written(text, /[:;,[\]]/g);

/** What a description begins with could be taken for a status or a code. */
const guarded = (description: string): string =>
  /^[!*(=]/.test(description) ? written(description, /^[!*(=]/) : description;
