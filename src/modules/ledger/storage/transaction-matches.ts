import { type SQL, sql } from "drizzle-orm";
import type { Id } from "#platform/kernel/ids";
import type { TransactionKey, TransactionSearch } from "../domain/transaction-filter.ts";
import {
  allOf,
  type Criteria,
  criteriaOf,
  idArray,
  inDates,
  inRange,
} from "./transaction-criteria.ts";

export type MatchQuery = {
  readonly before?: TransactionKey | undefined;
  readonly limit: number;
  /** What is read of each match besides, by name: made of `ledger.transactions t`. */
  readonly columns?: Readonly<Record<string, SQL>>;
};

/** Selects id, date and columns of the newest `limit` that match, by an index range wherever there is one. */
export function matchesOf(search: TransactionSearch, query: MatchQuery): SQL {
  const { state } = search.filter;
  if (state !== "all") return matchesInState(search, state, query);
  const [active, voided] = (["active", "void"] as const).map((one) =>
    matchesInState(search, one, query),
  );
  return sql`select * from ((${active}) union all (${voided})) either
    order by date desc, id desc limit ${query.limit}`;
}

/** As {@link matchesOf}, with what the categories asked for got: `currency`, `income` and `expense`. */
export function categoryMatchesOf(search: TransactionSearch, query: MatchQuery): SQL {
  const { categoryIds } = search;
  if (categoryIds === null) throw new Error("no category is asked for");
  if (aloneIn(search) === "category")
    return throughPostings(search, "category_id", categoryIds, query, parts);
  return sql`select matched.id, matched.date, part.* from (${matchesOf(search, query)}) matched
    cross join lateral (select ${parts.ofPostings} from ledger.postings p
      where p.transaction_id = matched.id and p.category_id = any(${idArray(categoryIds)}) offset 0) part`;
}

/** Of one transaction, whose postings in categories have one currency. */
const parts = {
  ofPostings: sql`min(p.currency) as currency,
    sum(greatest(-p.amount, 0)) as income, sum(greatest(p.amount, 0)) as expense`,
  together: sql`min(currency) as currency, sum(income) as income, sum(expense) as expense`,
};

/** The one thing that is looked at in active transactions, if it is one. */
function aloneIn(search: TransactionSearch): keyof Criteria | undefined {
  const [first, ...others] = Object.keys(criteriaOf(search)) as (keyof Criteria)[];
  return search.filter.state === "active" && others.length === 0 ? first : undefined;
}

/** Each of these, alone, has an index of what is active in the order of the list. */
const ordered: readonly (keyof Criteria)[] = ["payee", "kind", "cleared", "currency", "import"];

function matchesInState(
  asked: TransactionSearch,
  state: "active" | "void",
  query: MatchQuery,
): SQL {
  const search = { ...asked, filter: { ...asked.filter, state } };
  const criteria = criteriaOf(search);
  const alone = aloneIn(search);
  const { accountId } = search.filter;
  if (alone === "account" && accountId !== undefined)
    return withColumns(throughPostings(search, "account_id", [accountId], query), query);
  if (alone === "category")
    return withColumns(
      throughPostings(search, "category_id", search.categoryIds ?? [], query),
      query,
    );
  const conditions = Object.values(criteria);
  if (conditions.length === 0 || (alone && ordered.includes(alone)))
    return newest(allOf([inRange(search, query.before), ...conditions]), query);
  return nearOrFar(search, query);
}

/** In the order of the list. */
const newest = (condition: SQL, { limit, columns }: MatchQuery): SQL =>
  sql`select t.id, t.date${behind(columns)} from ledger.transactions t where ${condition}
    order by t.date desc, t.id desc limit ${limit}`;

/** Rows looked at, in the order of the list, before the best index for the criteria is. */
const nearRows = 2_000;
const nearRowsPerItem = 2;
/** How many transactions a large book has. */
const largeBook = 1_000_000;

/**
 * For what no index has in the order of the list. What is frequent is found among the newest, and the search ends there.
 * What is not is rare: few rows come out of the best index, and are sorted. In between, the share of the newest that
 * matches tells which is shorter in a large book: to go on in the order of the list, or to sort all that match.
 */
function nearOrFar(search: TransactionSearch, query: MatchQuery): SQL {
  const { limit, before, columns } = query;
  const range = inRange(search, before);
  // As a value that no index knows.
  const oneByOne = sql`coalesce(${allOf(Object.values(criteriaOf(search, sql`offset 0`)))}, false)`;
  const window = Math.max(nearRows, nearRowsPerItem * limit);
  const walkedFrom = Math.ceil(window * Math.sqrt(limit / largeBook));
  return sql`
    with near as materialized (
      select * from (
        select t.id, t.date${behind(columns)}, ${oneByOne} as matches from ledger.transactions t
        where ${range} order by t.date desc, t.id desc limit ${window}
      ) newest where matches order by date desc, id desc limit ${limit}
    ),
    seen as materialized (
      select case
        when count(*) >= ${limit} or not exists (select from ledger.transactions t
          where ${range} order by t.date desc, t.id desc offset ${window}) then 'enough'
        when count(*) >= ${walkedFrom} then 'frequent' else 'rare' end as share from near
    )
    select id, date${namesBehind(columns)} from (
      (select id, date${namesBehind(columns)} from near where (select share from seen) = 'enough')
      union all
      (${newest(allOf([range, oneByOne, sql`(select share from seen) = 'frequent'`]), query)})
      union all
      (select * from (
        select t.id, t.date${behind(columns)} from ledger.transactions t
        where ${allOf([range, ...Object.values(criteriaOf(search))])}
          and (select share from seen) = 'rare' offset 0
      ) far order by date desc, id desc limit ${limit})
    ) found
    order by date desc, id desc limit ${limit}`;
}

/** One range of an index for each account or category. */
function throughPostings(
  { filter }: TransactionSearch,
  column: "account_id" | "category_id",
  ids: readonly Id[],
  { before, limit }: MatchQuery,
  sums?: typeof parts,
): SQL {
  const dates = inDates(filter, { date: sql`p.date`, id: sql`p.transaction_id` }, before);
  const postingsOf = (id: SQL) => sql`
    select p.transaction_id as id, p.date${sums ? sql`, ${sums.ofPostings}` : sql``} from ledger.postings p
    where p.${sql.raw(column)} = ${id} and ${dates}
    group by p.date, p.transaction_id
    order by p.date desc, p.transaction_id desc limit ${limit}`;
  const [only, ...others] = ids;
  if (only !== undefined && others.length === 0) return postingsOf(sql`${only}`);
  return sql`
    select id, date${sums ? sql`, ${sums.together}` : sql``}
    from unnest(${idArray(ids)}) asked(of) cross join lateral (${postingsOf(sql`asked.of`)}) found
    group by date, id
    order by date desc, id desc limit ${limit}`;
}

/** What was found in other tables, with columns of the transactions. */
const withColumns = (found: SQL, { columns = {} }: MatchQuery): SQL =>
  Object.keys(columns).length === 0
    ? found
    : sql`select found.id, found.date, read.* from (${found}) found
        cross join lateral (select ${named(columns)} from ledger.transactions t
          where t.id = found.id offset 0) read`;

type Columns = Readonly<Record<string, SQL>>;

const named = (columns: Columns): SQL =>
  sql.join(
    Object.entries(columns).map(([name, value]) => sql`${value} as ${sql.identifier(name)}`),
    sql`, `,
  );
const behind = (columns: Columns = {}): SQL =>
  Object.keys(columns).length === 0 ? sql`` : sql`, ${named(columns)}`;
const namesBehind = (columns: Columns = {}): SQL =>
  sql.join(Object.keys(columns).map((name) => sql`, ${sql.identifier(name)}`));
