import { type SQL, sql } from "drizzle-orm";
import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import { tagQuery, wordsQuery } from "../domain/search-text.ts";
import type {
  TransactionFilter,
  TransactionKey,
  TransactionSearch,
  TransactionState,
} from "../domain/transaction-filter.ts";

export type CurrencyTotal = {
  readonly currency: CurrencyCode;
  readonly income: string;
  readonly expense: string;
  readonly net: string;
};

export type RecentName = { readonly name: string; readonly lastUsedOn: LocalDate };

export type TransactionSearchRepository = ReturnType<typeof createTransactionSearchRepository>;

export function createTransactionSearchRepository() {
  return {
    /** Whether what a filter names is in the book, and which categories it means. */
    async resolve(
      reader: Reader,
      bookId: Id,
      filter: TransactionFilter,
    ): Promise<{
      readonly hasAccount: boolean;
      readonly hasImport: boolean;
      readonly categoryIds: readonly Id[] | null;
    }> {
      const { accountId, importId, categoryId, uncategorised } = filter;
      const asksCategories = categoryId !== undefined || uncategorised === true;
      if (accountId === undefined && importId === undefined && !asksCategories)
        return { hasAccount: true, hasImport: true, categoryIds: null };
      const [found] = await reader.execute<{
        hasAccount: boolean;
        hasImport: boolean;
        categoryIds: Id[];
      }>(sql`
        with recursive meant as (
          select id from ledger.categories
          where book_id = ${bookId} and (id = ${categoryId ?? null}::uuid
            or (${uncategorised === true}::boolean and is_uncategorised))
          union
          select c.id from meant join ledger.categories c on c.parent_id = meant.id
        )
        select (select coalesce(jsonb_agg(id), '[]') from meant) as "categoryIds",
          exists (select from ledger.accounts
            where id = ${accountId ?? null}::uuid and book_id = ${bookId} and system is null) as "hasAccount",
          exists (select from ledger.imports
            where id = ${importId ?? null}::uuid and book_id = ${bookId}) as "hasImport"`);
      return {
        hasAccount: accountId === undefined || found?.hasAccount === true,
        hasImport: importId === undefined || found?.hasImport === true,
        categoryIds: asksCategories ? (found?.categoryIds ?? []) : null,
      };
    },

    /** The newest first, after `before`; at most `limit`. */
    async page(
      reader: Reader,
      search: TransactionSearch,
      { before, limit }: { readonly before?: TransactionKey | undefined; readonly limit: number },
    ): Promise<TransactionKey[]> {
      const rows = await reader.execute<TransactionKey>(matchesOf(search, { before, limit }));
      return rows.map(({ date, id }) => ({ date, id }));
    },

    /**
     * How many match, up to `limit` + 1, and the sums of the newest `limit` of them: of a split transaction only the
     * parts in the categories that the filter names, when it names some. Transfers and opening balances count and are neither
     * income nor expense.
     */
    async totals(
      reader: Reader,
      search: TransactionSearch,
      limit: number,
    ): Promise<{ readonly matched: number; readonly totals: readonly CurrencyTotal[] }> {
      const [row] = await reader.execute<{ matched: number; totals: CurrencyTotal[] }>(sql`
        with matched as materialized (${matchesOf(search, { limit: limit + 1 })}),
        counted as (select id from matched order by date desc, id desc limit ${limit}),
        summed as (
          select currency, sum(income) as income, sum(expense) as expense
          from (select counted.id, part.* from counted cross join lateral (${partsOf(search)}) part) parts
          where income is not null
          group by currency
        )
        select (select count(*)::int from matched) as matched,
          (select coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'income', income::text,
              'expense', expense::text, 'net', (income - expense)::text) order by currency), '[]')
            from summed) as totals`);
      return { matched: row?.matched ?? 0, totals: row?.totals ?? [] };
    },

    /** Payees or tags of the newest `among` that match, with the day they were last used; the latest first. */
    async recentNames(
      reader: Reader,
      search: TransactionSearch,
      { of, among }: { readonly of: "payee" | "tags"; readonly among: number },
    ): Promise<RecentName[]> {
      const names = { payee: sql`array[t.payee]`, tags: sql`t.tags` };
      const rows = await reader.execute<RecentName>(sql`
        with matched as materialized (${matchesOf(search, { limit: among })})
        select name, max(date)::text as "lastUsedOn"
        from matched
        cross join lateral (select ${names[of]} as names from ledger.transactions t
          where t.id = matched.id offset 0) used
        cross join lateral unnest(names) name
        where name is not null
        group by name order by max(date) desc, name`);
      return rows.map(({ name, lastUsedOn }) => ({ name, lastUsedOn }));
    },
  };
}

/** Which rows of `ledger.transactions t` match, for whatever reads them in an order of its own. */
export function whereOf(search: TransactionSearch): SQL {
  const { state } = search.filter;
  const states = { active: isActive, void: isVoid, all: sql`true` };
  return allOf([
    inBook(search),
    states[state],
    ...inDates(search.filter, sql`t.date`),
    ...Object.values(criteriaOf(search)),
  ]);
}

const isActive = sql`t.voided_at is null`;
const isVoid = sql`t.voided_at is not null`;

type PageQuery = { readonly before?: TransactionKey | undefined; readonly limit: number };

/** The newest `limit` that match, by an index range wherever there is one. */
function matchesOf(search: TransactionSearch, page: PageQuery): SQL {
  const { state } = search.filter;
  if (state !== "all") return matchesInState(search, state, page);
  const [active, voided] = (["active", "void"] as const).map((one) =>
    matchesInState(search, one, page),
  );
  return sql`select id, date from ((${active}) union all (${voided})) either
    order by date desc, id desc limit ${page.limit}`;
}

/** Each of these, alone, has an index of what is active in the order of the list. */
const ordered: readonly string[] = [
  "payee",
  "kind",
  "cleared",
  "currency",
  "import",
] satisfies (keyof Criteria)[];

function matchesInState(search: TransactionSearch, state: "active" | "void", page: PageQuery): SQL {
  const inState = { ...search, filter: { ...search.filter, state } };
  const criteria = criteriaOf(inState);
  const [first, ...others] = Object.keys(criteria);
  const alone = others.length === 0 ? first : undefined;
  const { accountId } = search.filter;
  if (state === "active" && alone === "account" && accountId !== undefined)
    return throughPostings(search, "account_id", [accountId], page);
  if (state === "active" && alone === "category")
    return throughPostings(search, "category_id", search.categoryIds ?? [], page);
  const conditions = Object.values(criteria);
  const range = allOf([
    inBook(search),
    state === "active" ? isActive : isVoid,
    inRange(search, page, { date: sql`t.date`, id: sql`t.id` }),
  ]);
  if (first === undefined || (state === "active" && alone && ordered.includes(alone)))
    return sql`select t.id, t.date from ledger.transactions t where ${allOf([range, ...conditions])}
      order by t.date desc, t.id desc limit ${page.limit}`;
  const oneByOne = Object.values(criteriaOf(inState, sql`offset 0`));
  return nearOrFar(range, { near: allOf(oneByOne), far: allOf(conditions) }, page.limit);
}

/** Rows looked at, in the order of the list, before the whole book is searched. */
const nearRows = 2_000;
const nearRowsPerItem = 2;

/**
 * For what no index has in the order of the list. What is frequent is found among the newest; what is not, is rare: few
 * rows come out of the best index, and are sorted. Neither walks through a whole book to fill a page.
 */
function nearOrFar(
  range: SQL,
  condition: { readonly near: SQL; readonly far: SQL },
  limit: number,
): SQL {
  const window = Math.max(nearRows, nearRowsPerItem * limit);
  return sql`
    with near as materialized (
      select t.id, t.date, coalesce(${condition.near}, false) as matches
      from ledger.transactions t where ${range}
      order by t.date desc, t.id desc limit ${window}
    ),
    seen as materialized (
      select count(*) < ${window} or count(*) filter (where matches) >= ${limit} as enough from near
    )
    select id, date from (
      (select id, date from near where matches and (select enough from seen))
      union all
      (select id, date from (
        select t.id, t.date from ledger.transactions t
        where ${allOf([range, condition.far])} and not (select enough from seen) offset 0
      ) far order by date desc, id desc limit ${limit})
    ) found
    order by date desc, id desc limit ${limit}`;
}

/** One range of an index for each account or category. */
function throughPostings(
  search: TransactionSearch,
  column: "account_id" | "category_id",
  ids: readonly Id[],
  page: PageQuery,
): SQL {
  const dates = inRange(search, page, { date: sql`p.date`, id: sql`p.transaction_id` });
  return sql`
    select distinct found.id, found.date
    from unnest(${idArray(ids)}) asked(id) cross join lateral (
      select p.date, p.transaction_id as id from ledger.postings p
      where p.${sql.raw(column)} = asked.id and ${dates}
      group by p.date, p.transaction_id
      order by p.date desc, p.transaction_id desc limit ${page.limit}
    ) found
    order by found.date desc, found.id desc limit ${page.limit}`;
}

/** `income` and `expense` of the transaction `counted.id`, and their currency. */
const partsOf = ({ categoryIds }: TransactionSearch): SQL =>
  categoryIds === null
    ? sql`select t.currency, case t.kind when 'income' then t.amount when 'expense' then 0 end as income,
          case t.kind when 'expense' then t.amount when 'income' then 0 end as expense
        from ledger.transactions t where t.id = counted.id offset 0`
    : sql`select p.currency, greatest(-p.amount, 0) as income, greatest(p.amount, 0) as expense
        from ledger.postings p
        where p.transaction_id = counted.id and p.category_id = any(${idArray(categoryIds)}) offset 0`;

const inBook = ({ bookId }: TransactionSearch): SQL => sql`t.book_id = ${bookId}`;

/** Between the days asked for, and after the last item of the page before. */
function inRange(
  { filter }: TransactionSearch,
  { before }: PageQuery,
  columns: { readonly date: SQL; readonly id: SQL },
): SQL {
  const { date, id } = columns;
  return allOf([
    ...inDates(filter, date),
    ...(before ? [sql`(${date}, ${id}) < (${before.date}::date, ${before.id}::uuid)`] : []),
  ]);
}

const inDates = ({ from, to }: TransactionFilter, date: SQL): SQL[] => [
  ...(from === undefined ? [] : [sql`${date} >= ${from}::date`]),
  ...(to === undefined ? [] : [sql`${date} <= ${to}::date`]),
];

/** What else must hold of `ledger.transactions t`, by what it looks at. */
type Criteria = Partial<
  Record<
    | "account"
    | "category"
    | "payee"
    | "kind"
    | "cleared"
    | "currency"
    | "import"
    | "amount"
    | "text",
    SQL
  >
>;

/** With `offset 0` as `fence`, postings are looked up row by row, and never all read first. */
function criteriaOf(
  { bookId, filter, categoryIds }: TransactionSearch,
  fence: SQL = sql``,
): Criteria {
  const { accountId, payee, kind, cleared, currency, importId, minAmount, maxAmount } = filter;
  const text = [
    ...(filter.words === undefined ? [] : [wordsQuery(bookId, filter.words)]),
    ...(filter.tag === undefined ? [] : [tagQuery(bookId, filter.tag)]),
  ];
  return {
    ...(accountId && { account: hasAccount(accountId, filter.state, fence) }),
    ...(categoryIds && {
      category: sql`exists (select from ledger.postings p
        where p.transaction_id = t.id and p.category_id = any(${idArray(categoryIds)}) ${fence})`,
    }),
    ...(payee !== undefined && { payee: sql`t.payee = ${payee}` }),
    ...(kind && { kind: sql`t.kind = ${kind}` }),
    ...(cleared !== undefined && { cleared: sql`t.cleared = ${cleared}` }),
    ...(currency && { currency: sql`t.currency = ${currency}` }),
    ...(importId && { import: sql`t.import_id = ${importId}` }),
    ...((minAmount ?? maxAmount) !== undefined && {
      amount: allOf([
        ...(minAmount === undefined ? [] : [sql`t.amount >= ${minAmount}::numeric`]),
        ...(maxAmount === undefined ? [] : [sql`t.amount <= ${maxAmount}::numeric`]),
      ]),
    }),
    ...(text.length > 0 && { text: sql`t.search_text @@ ${text.join(" & ")}::tsquery` }),
  };
}

/** What is void has no postings, but its accounts. */
const hasAccount = (accountId: Id, state: TransactionState, fence: SQL): SQL =>
  state === "active"
    ? sql`exists (select from ledger.postings p
        where p.transaction_id = t.id and p.account_id = ${accountId} ${fence})`
    : sql`(t.account_id = ${accountId} or t.to_account_id = ${accountId})`;

const allOf = (conditions: readonly SQL[]): SQL =>
  conditions.length === 0 ? sql`true` : sql`(${sql.join([...conditions], sql` and `)})`;

/** Ids are hexadecimal digits and dashes: nothing in them needs quotes. */
const idArray = (ids: readonly Id[]): SQL => sql`${`{${ids.join(",")}}`}::uuid[]`;
