import { sql } from "drizzle-orm";
import type { Clock } from "../kernel/clock.ts";
import type { IdempotencyClaim, RequestContext } from "../kernel/context.ts";
import { defineErrors } from "../kernel/errors.ts";
import { addSeconds, type Instant } from "../kernel/time.ts";
import type { Tx } from "./database.ts";
import type { PoolClient } from "./pool.ts";
import { idempotencyKeys } from "./tables.ts";

/** How long a repeat is recognised. */
export const idempotencyTtlSeconds = 24 * 3600;

export const idempotencyErrors = defineErrors("idempotency", {
  key_reused: { kind: "invalid", title: "Idempotency-Key used for another request" },
  in_progress: { kind: "conflict", title: "The first request is still being answered" },
  not_replayable: { kind: "conflict", title: "The answer was given once and is not kept" },
});

/** What the first request's use-case returned, as plain JSON; undefined when it returned nothing. */
export type StoredResult = { readonly result: unknown };

export type IdempotencyStore = {
  /**
   * The stored result of the same request; undefined when there was none within {@link idempotencyTtlSeconds}.
   * Throws `idempotency.key_reused` (422) when the key stood for another request and `idempotency.not_replayable` (409)
   * when the answer was secret.
   */
  find(claim: IdempotencyClaim): Promise<StoredResult | undefined>;
};

export type ClaimedContext = RequestContext & { readonly idempotency: IdempotencyClaim };
export const isClaimed = (ctx: RequestContext): ctx is ClaimedContext =>
  ctx.idempotency !== undefined;

/** Records older than this are as if they were not there. */
export const recordCutoff = (clock: Clock): Instant =>
  addSeconds(clock.now(), -idempotencyTtlSeconds);

type Queries = Pick<PoolClient, "unsafe">;
const prepare = { prepare: true } as const;

/** The result stored for `claim`, checked against it. Throws as {@link IdempotencyStore.find}. */
export async function findStored(
  queries: Queries,
  claim: IdempotencyClaim,
  cutoff: Instant,
  requestId?: string,
): Promise<StoredResult | undefined> {
  const [row] = await queries.unsafe<
    { fingerprint: string; requestId: string; replayable: boolean; result: string | null }[]
  >(
    `select fingerprint, request_id as "requestId", replayable, result::text as result
       from platform.idempotency_keys where scope = $1 and key = $2 and created_at > $3`,
    [claim.scope, claim.key, cutoff],
    prepare,
  );
  if (!row) return undefined;
  if (row.requestId === requestId)
    throw new Error("two writes with one Idempotency-Key: a use-case writes once");
  if (row.fingerprint !== claim.fingerprint)
    throw idempotencyErrors.fail(
      "key_reused",
      "This Idempotency-Key was sent with another request: use a new key.",
    );
  if (!row.replayable)
    throw idempotencyErrors.fail("not_replayable", "Start again with a new Idempotency-Key.");
  return { result: fromStored(row.result) };
}

/**
 * Takes the claim for the length of the transaction. "In progress" is only this lock: a crash leaves nothing behind.
 * Gives the stored result when the request was answered before.
 */
export async function takeClaim(
  queries: Queries,
  { idempotency: claim, requestId }: ClaimedContext,
  cutoff: Instant,
): Promise<StoredResult | undefined> {
  // Two statements, so that the search sees what was committed before the lock was ours.
  const [lock] = await queries.unsafe<{ taken: boolean }[]>(
    "select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as taken",
    [JSON.stringify([claim.scope, claim.key])],
    prepare,
  );
  if (!lock?.taken)
    throw idempotencyErrors.fail("in_progress", "Ask again in a moment.", { retryAfterSeconds: 1 });
  return findStored(queries, claim, cutoff, requestId);
}

/** Stores `result` (JSON text) beside the effect it belongs to, over an expired record of the same key. */
export async function storeResult(
  queries: Queries,
  ctx: ClaimedContext,
  result: string | null,
  now: Instant,
): Promise<void> {
  const { scope, key, fingerprint, secret = false } = ctx.idempotency;
  await queries.unsafe(
    `insert into platform.idempotency_keys as stored
       (scope, key, fingerprint, operation, request_id, replayable, result, created_at)
     values ($1, $2, $3, $4, $5, $6, $7::text::json, $8)
     on conflict (scope, key) do update set
       fingerprint = excluded.fingerprint, operation = excluded.operation, request_id = excluded.request_id,
       replayable = excluded.replayable, result = excluded.result, created_at = excluded.created_at`,
    [scope, key, fingerprint, ctx.operation, ctx.requestId, !secret, secret ? null : result, now],
    prepare,
  );
}

/** What a stored text stands for: a use-case without a result is stored as SQL null. */
export const fromStored = (text: string | null): unknown =>
  text === null ? undefined : JSON.parse(text);

/** Deletes up to `limit` expired records; gives how many. */
export async function purgeIdempotencyKeys(tx: Tx, clock: Clock, limit: number): Promise<number> {
  const deleted = await tx
    .delete(idempotencyKeys)
    .where(
      sql`ctid = any(array(select ctid from ${idempotencyKeys}
        where ${idempotencyKeys.createdAt} <= ${recordCutoff(clock)}
        order by ${idempotencyKeys.createdAt} limit ${limit}))`,
    )
    .returning({ key: idempotencyKeys.key });
  return deleted.length;
}
