import { type SQL, sql } from "drizzle-orm";
import { decimalFromPostgres, unroundedFromPostgres } from "#platform/db/columns";
import type { Reader } from "#platform/db/database";
import type { DecimalString } from "#platform/kernel/decimal";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { BookPart, CategoryKind, TransactionCounts } from "../contract.ts";
import { type FlowQuery, inAccounts, ratesIn } from "./insight.repository.ts";

/** What a currency comes to, signed so that income and what was spent are positive. */
export type StatementSums = {
  readonly currency: CurrencyCode;
  readonly amount: DecimalString;
  /** Unrounded, of all days with a rate. */
  readonly converted: DecimalString;
  /** Of `amount`. */
  readonly withoutRate: DecimalString;
};
export type CategoryMonthRow = StatementSums & {
  readonly month: LocalDate;
  readonly categoryId: Id;
};
export type TaxRow = StatementSums & {
  readonly kind: CategoryKind;
  readonly taxRate: DecimalString | null;
};

type StatementQuery = FlowQuery & { readonly limit: number };

export type StatementRepository = ReturnType<typeof createStatementRepository>;

/** What categories got, currency by currency, with what it comes to in one of them. */
export function createStatementRepository() {
  return {
    /** By month, category and currency; at most `limit`. */
    async categoryMonths(reader: Reader, query: StatementQuery): Promise<CategoryMonthRow[]> {
      const rows = await reader.execute<Sums & { month: LocalDate; category_id: Id }>(sql`
        with ${ratesIn(query)},
        moved as (
          select c.id, c.kind, p.date, p.currency, sum(p.amount) as amount
          from ledger.categories c join ledger.postings p on p.category_id = c.id
          where c.book_id = ${query.bookId} and p.date between ${query.from} and ${query.to} ${inAccounts(query)}
          group by c.id, p.date, p.currency
        )
        select date_trunc('month', m.date)::date::text as month, m.id as category_id, ${sumsIn(query)}
        group by 1, m.id, m.currency order by 1, m.id, m.currency limit ${query.limit}`);
      return rows.map((row) => ({
        ...{ month: row.month, categoryId: row.category_id },
        ...toSums(row),
      }));
    },

    /** By kind, tax rate and currency; at most `limit`. */
    async taxes(reader: Reader, query: StatementQuery): Promise<TaxRow[]> {
      const rows = await reader.execute<Sums & { kind: CategoryKind; tax_rate: string | null }>(sql`
        with ${ratesIn(query)},
        moved as (
          select c.kind, t.tax_rate, p.date, p.currency, sum(p.amount) as amount
          from ledger.categories c join ledger.postings p on p.category_id = c.id
          join ledger.transactions t on t.id = p.transaction_id
          where c.book_id = ${query.bookId} and p.date between ${query.from} and ${query.to} ${inAccounts(query)}
          group by c.kind, t.tax_rate, p.date, p.currency
        )
        select m.kind, trim_scale(m.tax_rate)::text as tax_rate, ${sumsIn(query)}
        group by m.kind, m.tax_rate, m.currency
        order by m.kind desc, m.tax_rate nulls first, m.currency limit ${query.limit}`);
      return rows.map((row) => ({
        kind: row.kind,
        taxRate: row.tax_rate === null ? null : decimalFromPostgres(row.tax_rate),
        ...toSums(row),
      }));
    },

    async counts(reader: Reader, part: BookPart): Promise<TransactionCounts> {
      const [row] = await reader.execute<TransactionCounts>(sql`
        with covered as materialized (${covered(part, "is null")} union all ${covered(part, "is not null")})
        select
          count(*) filter (where not is_void)::int as transactions,
          count(*) filter (where not is_void and kind in ('transfer', 'opening'))::int + (
            select count(*)::int from covered join ledger.postings p on p.transaction_id = covered.id
            where p.category_id is not null) as lines,
          count(*) filter (where not is_void and kind = 'transfer')::int as transfers,
          count(*) filter (where not is_void and kind = 'opening')::int as openings,
          count(*) filter (where is_void)::int as voided,
          count(*) filter (where not is_void and tax_rate is not null)::int as "withTaxRate",
          array(
            select currency from covered where not is_void
            union select to_currency from covered where not is_void and to_currency is not null
            order by 1) as currencies
        from covered`);
      if (!row) throw new Error("a count has no row");
      return { ...row };
    },
  };
}

type Sums = {
  currency: CurrencyCode;
  amount: string;
  converted: string;
  without_rate: string;
};

const toSums = ({ currency, amount, converted, without_rate }: Sums): StatementSums => ({
  currency,
  amount: decimalFromPostgres(amount),
  converted: unroundedFromPostgres(converted),
  withoutRate: decimalFromPostgres(without_rate),
});

/** Of `moved` m (kind, date, currency, amount) and its rates; ends with the tables that it is read from. */
const sumsIn = ({ currency }: FlowQuery): SQL => {
  const signed = sql`case m.kind when 'income' then -m.amount else m.amount end`;
  return sql`m.currency, sum(${signed})::text as amount,
    coalesce(sum(case when m.currency = ${currency} then ${signed} else ${signed} * r.rate end), 0)::text as converted,
    coalesce(sum(${signed}) filter (where m.currency <> ${currency} and r.rate is null), 0)::text as without_rate
    from moved m left join rates r on r.day = m.date and r.currency = m.currency`;
};

/** Each state has an index of its own: asked for both at once, all books would be read. */
const covered = (part: BookPart, voided: "is null" | "is not null"): SQL => sql`
  select t.id, t.kind, t.currency, t.to_currency, t.tax_rate, t.voided_at is not null as is_void
  from ledger.transactions t
  where t.book_id = ${part.bookId} and t.voided_at ${sql.raw(voided)}
    and t.date between ${part.from} and ${part.to} ${touching(part)}`;

/** Of a transaction `t`. */
function touching({ accountIds }: BookPart): SQL {
  if (accountIds === null) return sql``;
  const chosen = sql`array(
    select value::uuid from jsonb_array_elements_text(${JSON.stringify(accountIds)}::jsonb))`;
  return sql`and (t.account_id = any(${chosen}) or t.to_account_id = any(${chosen}))`;
}
