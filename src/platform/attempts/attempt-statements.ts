import { type SQL, sql } from "drizzle-orm";
import type { Tx } from "../db/database.ts";
import type { Instant } from "../kernel/time.ts";
import type { AttemptRule } from "./attempts.ts";
import { attempts } from "./tables.ts";

/** `subject`: as it stands in the table. */
export type CountedSubject = { readonly rule: AttemptRule; readonly subject: string };

/** A wait doubled so often is longer than any `maxDelaySeconds`; beyond it the power would leave its range. */
const maxDoublings = 32;

/**
 * Common table expressions for `writeOne` that take one attempt of each subject, or none; `result` is
 * `{ retryAfterSeconds }`, 0 = taken. A subject that somebody else counts for the first time at the same moment fails
 * the statement with 23505: it is to be asked again.
 */
export const takeAttempts = (subjects: readonly CountedSubject[], now: Instant): SQL =>
  sql`${held(subjects)}, known as (
    select a.*, h.subject is not null as stored, h.expires_at,
      case when h.expires_at > ${at(now)} then h.count else 0 end as count,
      case when h.expires_at > ${at(now)} then h.blocked_until end as blocked_until
    from asked a left join held h on h.subject = a.subject
  ), refusal as materialized (
    select coalesce(ceil(extract(epoch from max(blocked_until) - ${at(now)})), 0)::int as seconds
    from known where blocked_until > ${at(now)}
  ), next as (
    select k.subject, k.stored, k.count + 1 as count, lives.expires_at,
      case
        when k.kind = 'window' and k.count + 1 >= k."limit" then lives.expires_at
        when k.kind = 'delay' and k.count >= k.free then ${later(
          now,
          sql`least(k."maxDelaySeconds", k."firstDelaySeconds" * power(2, least(k.count - k.free, ${maxDoublings}::int)))`,
        )}
      end as blocked_until
    from known k, refusal, lateral (select
      case
        when k.kind = 'delay' then ${later(now, sql`k."forgetAfterSeconds"`)}
        when k.count = 0 then ${later(now, sql`k."windowSeconds"`)}
        else k.expires_at
      end as expires_at
    ) lives
    where refusal.seconds = 0
  ), inserted as (
    insert into ${attempts} (subject, count, blocked_until, expires_at)
    select subject, count, blocked_until, expires_at from next where not stored order by subject
  ), updated as (
    update ${attempts} t set count = n.count, blocked_until = n.blocked_until, expires_at = n.expires_at
    from next n where n.stored and t.subject = n.subject
  ), result as (select seconds as "retryAfterSeconds" from refusal)`;

/** Gives one attempt of each subject back, of a delay rule all; `result` has a row when there was anything to give. */
export const giveBackAttempts = (subjects: readonly CountedSubject[]): SQL =>
  sql`${held(subjects)}, given as (
    select h.subject, case when a.kind = 'delay' then 0 else h.count - 1 end as count
    from held h join asked a on a.subject = h.subject
  ), deleted as (
    delete from ${attempts} t using given g where t.subject = g.subject and g.count = 0
  ), updated as (
    update ${attempts} t set count = g.count, blocked_until = null
    from given g where t.subject = g.subject and g.count > 0
  ), result as (select count(*)::int as subjects from given having count(*) > 0)`;

/** Deletes up to `limit` rows that nobody is just counting in; gives how many. */
export async function purgeAttempts(tx: Tx, now: Instant, limit: number): Promise<number> {
  const deleted = await tx
    .delete(attempts)
    .where(
      // Without waiting for a lock, so that it can never stand in a circle with those who wait for one another.
      sql`${attempts.subject} = any(array(select subject from ${attempts}
        where ${attempts.expiresAt} <= ${now} order by ${attempts.expiresAt} limit ${limit}
        for update skip locked))`,
    )
    .returning({ subject: attempts.subject });
  return deleted.length;
}

/**
 * `asked`: the subjects with the fields of their rules. `held`: their rows as they are once no other transaction has
 * them; locked in one order, so that nobody waits for somebody who waits for him.
 */
const held = (subjects: readonly CountedSubject[]): SQL =>
  sql`asked as materialized (
    select * from jsonb_to_recordset(${JSON.stringify(
      subjects.map(({ rule, subject }) => ({ ...rule, subject })),
    )}::text::jsonb) as a (subject text, kind text, "limit" int, "windowSeconds" int, free int,
      "firstDelaySeconds" int, "maxDelaySeconds" int, "forgetAfterSeconds" int)
  ), held as materialized (
    select subject, count, blocked_until, expires_at from ${attempts}
    where subject = any(array(select subject from asked)) order by subject for update
  )`;

const at = (now: Instant): SQL => sql`${now}::timestamptz`;
const later = (now: Instant, seconds: SQL): SQL =>
  sql`${at(now)} + make_interval(secs => ${seconds})`;
