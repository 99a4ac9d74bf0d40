import { sql } from "drizzle-orm";
import type { Reader } from "#platform/db/database";
import type { Id } from "#platform/kernel/ids";
import type { SumFault, TransactionFault } from "../domain/ledger-fault.ts";

export type VerificationRepository = ReturnType<typeof createVerificationRepository>;

/** Those with ids after `after`, up to `through`; null = from the first, to the last. */
export type IdRange = { readonly after: Id | null; readonly through: Id | null };

/** Looked at by one statement, so that each sees one state of them and none takes long. */
const accountsAtOnce = 50;
const transactionsAtOnce = 20_000;

/** Recomputes what is kept from what was posted. Reads everything, also hidden accounts. */
export function createVerificationRepository() {
  return {
    accountRanges: (reader: Reader) => ranges(reader, "accounts", accountsAtOnce),
    transactionRanges: (reader: Reader) => ranges(reader, "transactions", transactionsAtOnce),

    /** Balances, months and days that are not the sums of their postings. */
    async sumFaults(reader: Reader, range: IdRange): Promise<SumFault[]> {
      const rows = await reader.execute<SumFault>(sql`
        with posted as materialized (
          select account_id, date, sum(amount) as amount from ledger.postings
          where ${inRange("account_id", range)} group by account_id, date
        )
        select coalesce(k.account_id, s.account_id) as "accountId", 'balance' as sum, null as "from",
          coalesce(k.balance, 0)::text as kept, coalesce(s.amount, 0)::text as posted
        from (select account_id, sum(amount) as amount from posted group by 1) s
        full join (select * from ledger.account_balances where ${inRange("account_id", range)}) k
          on k.account_id = s.account_id
        where coalesce(k.balance, 0) <> coalesce(s.amount, 0)
        union all
        select coalesce(k.account_id, s.account_id), 'month', coalesce(k.month, s.month)::text,
          coalesce(k.amount, 0)::text, coalesce(s.amount, 0)::text
        from (select account_id, date_trunc('month', date)::date as month, sum(amount) as amount
          from posted group by 1, 2) s
        full join (select * from ledger.account_months where ${inRange("account_id", range)}) k
          on k.account_id = s.account_id and k.month = s.month
        where coalesce(k.amount, 0) <> coalesce(s.amount, 0)
        union all
        select coalesce(k.account_id, s.account_id), 'day', coalesce(k.date, s.date)::text,
          coalesce(k.amount, 0)::text, coalesce(s.amount, 0)::text
        from posted s
        full join (select * from ledger.account_days where ${inRange("account_id", range)}) k
          on k.account_id = s.account_id and k.date = s.date
        where coalesce(k.amount, 0) <> coalesce(s.amount, 0)
        order by 1, 2, 3`);
      return [...rows];
    },

    /** Transactions whose postings do not sum to zero, or are not what the transaction says. */
    async transactionFaults(reader: Reader, range: IdRange): Promise<TransactionFault[]> {
      const rows = await reader.execute<TransactionFault>(sql`
        with told as materialized (
          select id, book_id, kind, date, account_id, amount, currency, to_account_id, to_amount, to_currency, voided_at
          from ledger.transactions where ${inRange("id", range)}
        ),
        posted as materialized (
          select p.transaction_id, p.book_id, p.account_id, p.amount, p.currency, p.date,
            coalesce(a.book_id, c.book_id) as owner_book_id, coalesce(a.currency, p.currency) as owner_currency
          from ledger.postings p
          left join ledger.accounts a on a.id = p.account_id
          left join ledger.categories c on c.id = p.category_id
          where ${inRange("transaction_id", range)}
        ),
        moved as (
          select id, account_id, currency, case when kind in ('income', 'opening') then amount else -amount end as amount
          from told where voided_at is null
          union all
          select id, to_account_id, to_currency, to_amount from told where voided_at is null and to_account_id is not null
        )
        select transaction_id as "transactionId", 'not_zero' as fault, currency, sum(amount)::text as amount
        from posted group by transaction_id, currency having sum(amount) <> 0
        union all
        select distinct t.id, 'void_but_posted', null, null
        from told t join posted p on p.transaction_id = t.id where t.voided_at is not null
        union all
        select t.id, 'not_posted', null, null from told t
        where t.voided_at is null and not exists (select from posted p where p.transaction_id = t.id)
        union all
        select distinct t.id, 'other_day', null, null
        from told t join posted p on p.transaction_id = t.id where p.date <> t.date
        union all
        select distinct t.id, 'other_book', null, null from told t join posted p on p.transaction_id = t.id
        where p.book_id <> t.book_id or p.owner_book_id <> t.book_id
        union all
        select distinct transaction_id, 'other_currency', currency, null
        from posted where currency <> owner_currency
        union all
        select m.id, 'other_amount', m.currency, (coalesce(p.amount, 0) - m.amount)::text
        from moved m left join (
          select transaction_id, account_id, currency, sum(amount) as amount from posted
          where account_id is not null group by 1, 2, 3
        ) p on p.transaction_id = m.id and p.account_id = m.account_id and p.currency = m.currency
        where coalesce(p.amount, 0) <> m.amount
          and exists (select from posted any_of where any_of.transaction_id = m.id)
        order by 1, 2, 3`);
      return [...rows];
    },
  };
}

/** All rows of a table in ranges of at most `size` ids; the last one also takes what is added meanwhile. */
async function* ranges(
  reader: Reader,
  table: "accounts" | "transactions",
  size: number,
): AsyncGenerator<IdRange> {
  let after: Id | null = null;
  for (;;) {
    const from: IdRange = { after, through: null };
    const [last] = await reader.execute<{ id: Id }>(sql`
      select id from ${sql.raw(`ledger.${table}`)} where ${inRange("id", from)}
      order by id offset ${size - 1} limit 1`);
    yield { after, through: last?.id ?? null };
    if (!last) return;
    after = last.id;
  }
}

const inRange = (column: "id" | "account_id" | "transaction_id", { after, through }: IdRange) => {
  const name = sql.raw(column);
  const bounds = [
    ...(after === null ? [] : [sql`${name} > ${after}::uuid`]),
    ...(through === null ? [] : [sql`${name} <= ${through}::uuid`]),
    sql`${name} is not null`,
  ];
  return sql.join(bounds, sql` and `);
};
