import type { Instant } from "../kernel/time.ts";
import type { EntryDraft } from "./entry.ts";
import { signedDraft } from "./epochs.ts";
import type { LogWriter } from "./log-writer.ts";
import type { Signer } from "./signing.ts";

type Deps = {
  readonly writer: Pick<LogWriter, "query">;
  readonly signer: Signer;
  readonly clock: { now(): Instant };
};

/** The first moment that is kept at `now`: the beginning of a month. */
export function keptSince(now: Instant, months: number): Instant {
  const date = new Date(now);
  return new Date(
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1),
  ).toISOString() as Instant;
}

/**
 * The tombstone that has to be in the chain before {@link dropExpired} drops anything: which entry was the last that is
 * going to be destroyed. Null when nothing is old enough, or its tombstone is there already.
 */
export async function tombstoneDraft(deps: Deps, before: Instant): Promise<EntryDraft | null> {
  const [last] = await deps.writer.query<{ seq: string; hash: string }>(
    // By the column: the text of that name puts 9 behind 25.
    `select e.seq::text, e.hash from audit.entries e where e.recorded_at < $1 order by e.seq desc limit 1`,
    [before],
  );
  if (!last) return null;
  const [known] = await deps.writer.query(
    `select 1 as one from audit.entries where kind = 'tombstone'
       and (content::jsonb #>> '{data,statement,throughSeq}')::bigint >= $1`,
    [last.seq],
  );
  if (known) return null;
  return signedDraft(deps, "tombstone", {
    ...{ v: 1, type: "tombstone", before },
    throughSeq: Number(last.seq),
    throughHash: last.hash,
  });
}

/** Destroys the months before `before`. Gives the names of their partitions. */
export async function dropExpired(
  writer: Pick<LogWriter, "query">,
  before: Instant,
): Promise<readonly string[]> {
  const rows = await writer.query<{ name: string }>(
    "select audit.drop_expired($1::timestamptz) as name",
    [before],
  );
  return rows.map(({ name }) => name);
}
