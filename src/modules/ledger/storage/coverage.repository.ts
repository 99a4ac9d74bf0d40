import { and, eq, inArray, type SQL, sql } from "drizzle-orm";
import { decimalFromPostgres } from "#platform/db/columns";
import type { Reader } from "#platform/db/database";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Coverage } from "../contract.ts";
import type { JournalKey } from "./journal.repository.ts";
import { bookMembers, bookStates } from "./tables.ts";

/** Amounts as they are stored: fewer decimals than the currency has perhaps. */
export type CoveredRow = JournalKey & {
  readonly version: number;
  readonly effects: readonly {
    readonly accountId: Id;
    readonly amount: DecimalString;
    readonly currency: CurrencyCode;
  }[];
};

export type CoverageRepository = ReturnType<typeof createCoverageRepository>;

/** What others rely on of a book. Each question is one statement: an answer is of one state. */
export function createCoverageRepository() {
  return {
    revisions(reader: Reader, bookIds: readonly Id[]): Promise<{ bookId: Id; revision: number }[]> {
      return reader
        .select({ bookId: bookStates.bookId, revision: bookStates.revision })
        .from(bookStates)
        .where(inArray(bookStates.bookId, [...bookIds]));
    },

    /** Undefined: the user may not read the book. */
    async digest(
      reader: Reader,
      coverage: Coverage,
    ): Promise<{ readonly bookRevision: number; readonly digest: string } | undefined> {
      const digest = sql<string>`(
        select encode(sha256(coalesce(
          string_agg(uuid_send(t.id) || int4send(t.version), ''::bytea order by t.id), ''::bytea)), 'hex')
        from ledger.transactions t where ${isCovered(coverage)})`;
      const [row] = await readableBook(reader, coverage, { digest });
      return row;
    },

    /** At most `limit`, after `after`. Undefined: the user may not read the book. */
    async page(
      reader: Reader,
      query: Coverage & { readonly after: JournalKey | undefined; readonly limit: number },
    ): Promise<
      { readonly bookRevision: number; readonly rows: readonly CoveredRow[] } | undefined
    > {
      const { after, limit } = query;
      const later = after && sql`and (t.date, t.id) > (${after.date}::date, ${after.id}::uuid)`;
      const rows = sql<StoredRow[]>`(
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', t.id, 'date', t.date, 'version', t.version, 'effects', ${effectsOf(query)})
          order by t.date, t.id), '[]')
        from (
          select t.id, t.date, t.version from ledger.transactions t
          where ${isCovered(query)} ${later ?? sql``} order by t.date, t.id limit ${limit}
        ) t)`;
      const [row] = await readableBook(reader, query, { rows });
      return row && { bookRevision: row.bookRevision, rows: row.rows.map(toRow) };
    },
  };
}

type StoredRow = Omit<CoveredRow, "effects"> & {
  readonly effects: readonly {
    readonly accountId: Id;
    readonly amount: string;
    readonly currency: CurrencyCode;
  }[];
};

/** Of a transaction `t`. */
function isCovered({ bookId, from, to, accountIds }: Coverage): SQL {
  const since: SQL = from === null ? sql`` : sql`and t.date >= ${from}::date`;
  const chosen = accountIds && idsIn(accountIds);
  const touched = chosen
    ? sql`and (t.account_id = any(${chosen}) or t.to_account_id = any(${chosen}))`
    : sql``;
  return sql`t.book_id = ${bookId} and t.voided_at is null and t.date <= ${to}::date ${since} ${touched}`;
}

/** What the transaction `t` does to each of the covered accounts. */
const effectsOf = ({ accountIds }: Coverage): SQL => sql`(
  select coalesce(jsonb_agg(jsonb_build_object(
    'accountId', e.id, 'amount', e.amount::text, 'currency', e.currency) order by e.id), '[]')
  from (
    select a.id, a.currency, sum(p.amount) as amount
    from ledger.postings p join ledger.accounts a on a.id = p.account_id and a.system is null
    where p.transaction_id = t.id ${accountIds ? sql`and a.id = any(${idsIn(accountIds)})` : sql``}
    group by a.id
  ) e)`;

const toRow = ({ effects, ...same }: StoredRow): CoveredRow => ({
  ...same,
  effects: effects.map((effect) => ({ ...effect, amount: decimalFromPostgres(effect.amount) })),
});

const readableBook = <Asked extends Record<string, SQL>>(
  reader: Reader,
  { bookId, userId }: Coverage,
  asked: Asked,
) =>
  reader
    .select({ bookRevision: bookStates.revision, ...asked })
    .from(bookStates)
    .innerJoin(
      bookMembers,
      and(eq(bookMembers.bookId, bookStates.bookId), eq(bookMembers.userId, userId)),
    )
    .where(eq(bookStates.bookId, bookId));

const idsIn = (ids: readonly Id[]): SQL =>
  sql`array(select value::uuid from jsonb_array_elements_text(${JSON.stringify(ids)}::jsonb))`;
