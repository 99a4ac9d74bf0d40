import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { RequestContext } from "../kernel/context.ts";
import { auditMessagePrefix } from "./audit-context.ts";
import type { Database } from "./database.ts";
import { auditFull, databaseFailure } from "./failures.ts";
import { type ClaimedContext, findStored, isClaimed, recordCutoff } from "./idempotency.ts";
import { isInsideTransaction } from "./open-transaction.ts";
import { retryTransaction } from "./retry.ts";
import type { Writers } from "./transact.ts";

const dialect = new PgDialect();

/** See {@link Database.writeOne}. */
export function createWriteOne({
  client,
  contexts,
  clock,
  isWritable,
}: Writers): Database["writeOne"] {
  return async function writeOne<Row>(ctx: RequestContext, ctes: SQL): Promise<Row | undefined> {
    if (isInsideTransaction())
      throw new Error(`${ctx.operation} writes beside the transaction it is in`);
    if (!isWritable()) throw auditFull();
    try {
      return (await (isClaimed(ctx) ? writeOnce(ctx, ctes) : write(ctx, ctes))) as Row | undefined;
    } catch (error) {
      throw databaseFailure(error) ?? error;
    }
  };

  function write(ctx: RequestContext, ctes: SQL): Promise<unknown> {
    return retryTransaction(async () => {
      const { sql: text, params } = dialect.sqlToQuery(statement(ctx, ctes));
      const [row] = await client.unsafe<{ result: string }[]>(text, params as string[], {
        prepare: true,
      });
      return row && JSON.parse(row.result);
    });
  }

  /**
   * A repeat that overtook the search of HTTP either waits for the first at the record's key (23505 when that commits)
   * or finds its effect already there (another conflict, or no row): the record, if there is one, is the answer.
   */
  async function writeOnce(ctx: ClaimedContext, ctes: SQL): Promise<unknown> {
    const stored = () => findStored(client, ctx.idempotency, recordCutoff(clock), ctx.requestId);
    let written: unknown;
    try {
      written = await write(ctx, ctes);
    } catch (error) {
      const earlier = await stored();
      if (!earlier) throw error;
      return earlier.result;
    }
    return written === undefined ? (await stored())?.result : written;
  }

  /**
   * `result` is read once, as one value: a second row fails the statement (21000) before it can commit. The message
   * is emitted for that row only, and the final select needs it: PostgreSQL does not evaluate what nobody reads.
   */
  function statement(ctx: RequestContext, ctes: SQL): SQL {
    const record = isClaimed(ctx) ? sql`, ${recordCtes(ctx)}` : sql``;
    return sql`with ${ctes}, audit as materialized (
      select pg_logical_emit_message(true, ${auditMessagePrefix}, ${contexts.next(ctx)}::text) as position, row
      from (select (select to_jsonb(result) from result) as row) one
      where row is not null
    )${record}
    select row::text as result, position::text from audit`;
  }

  function recordCtes(ctx: ClaimedContext): SQL {
    const { scope, key, fingerprint, secret = false } = ctx.idempotency;
    return sql`expired as (
      delete from platform.idempotency_keys
      where scope = ${scope} and key = ${key} and created_at <= ${recordCutoff(clock)} returning 1
    ), record as (
      insert into platform.idempotency_keys
        (scope, key, fingerprint, operation, request_id, replayable, result, created_at)
      select ${scope}, ${key}, ${fingerprint}, ${ctx.operation}::text, ${ctx.requestId}::text,
        ${!secret}::boolean, case when ${secret}::boolean then null else row::json end, ${clock.now()}::timestamptz
      from audit where (select count(*) from expired) >= 0
    )`;
  }
}
