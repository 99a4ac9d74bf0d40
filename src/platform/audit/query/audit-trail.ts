import {
  and,
  arrayContains,
  desc,
  eq,
  gte,
  inArray,
  isNull,
  lt,
  ne,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { ReadPool } from "../../db/database.ts";
import { databaseFailure } from "../../db/failures.ts";
import type { Id } from "../../kernel/ids.ts";
import { encodeCursor, type Page } from "../../kernel/page.ts";
import { addSeconds, type Instant } from "../../kernel/time.ts";
import type { EntryDraft, EntryKind } from "../entry.ts";
import { auditErrors } from "../errors.ts";
import { entries } from "../tables.ts";

/** An entry as it stands in the chain. */
export type AuditEntry = EntryDraft & {
  readonly seq: number;
  readonly recordedAt: Instant;
  readonly hash: string;
};

/** Every criterion that is there must hold. */
export type AuditCriteria = {
  /** Id of a user, name of a job or command. */
  readonly actorId?: string | undefined;
  /** An id in a request's path, or in the key of a changed row. */
  readonly targetId?: string | undefined;
  readonly operation?: string | undefined;
  readonly requestId?: string | undefined;
  readonly kind?: EntryKind | undefined;
  /** "schema.table" of a change. */
  readonly table?: string | undefined;
  /** When it happened: from this moment on, */
  readonly from: Instant;
  /** and before this one. */
  readonly to?: Instant | undefined;
};

/** A page may hold fewer entries than it could: whoever writes long ones has nobody read hundreds of megabytes. */
export type AuditPage = {
  /** `seq` of the last entry of the page before, which its cursor holds. */
  readonly before?: number | undefined;
  readonly limit: number;
};

/** The audit trail, to be read. Throws `audit.unavailable` (503) while LogDB is away: nothing else needs it. */
export type AuditTrail = {
  /** The latest recorded first. */
  search(criteria: AuditCriteria, page: AuditPage): Promise<Page<AuditEntry>>;
  /**
   * What a user did, and what others did to the account, as entries of requests (the successful ones of others) and of
   * changes by jobs and commands. `without` = operations that tell a person nothing.
   */
  activityOf(
    asked: { readonly userId: Id; readonly from: Instant; readonly without: readonly string[] },
    page: AuditPage,
  ): Promise<Page<AuditEntry>>;
};

/** No month before it has a partition, and PostgreSQL takes no year before 1. */
const firstMoment = "2000-01-01T00:00:00.000Z" as Instant;
/** The clocks of the machines that tell and record may differ by this much; a month begins that much earlier. */
const clockSkewSeconds = 3_600;
/** Of a page's entries but the last one. */
const maxPageBytes = 2 * 1024 * 1024;

export function createAuditTrail(logDb: { readonly read: ReadPool }): AuditTrail {
  async function read(where: readonly (SQL | undefined)[], from: Instant, page: AuditPage) {
    const since = from < firstMoment ? firstMoment : from;
    try {
      const next = logDb.read
        .select({ seq: entries.seq, content: entries.content, hash: entries.hash })
        .from(entries)
        .where(
          and(
            ...where,
            gte(entries.at, since),
            // The months that cannot hold it are left out: nothing is recorded before it happens.
            gte(entries.recordedAt, addSeconds(since, -clockSkewSeconds)),
            page.before === undefined ? undefined : lt(entries.seq, page.before),
          ),
        )
        .orderBy(desc(entries.seq))
        .limit(page.limit + 1)
        .as("next");
      const bytes = sql`octet_length(${next.content})`;
      const fits = sql`sum(${bytes}) over (order by ${next.seq} desc) - ${bytes} < ${maxPageBytes}`;
      const rows = await logDb.read
        .select({
          content: sql<string | null>`case when ${fits} then ${next.content} end`,
          hash: next.hash,
        })
        .from(next)
        .orderBy(desc(next.seq));
      const items = rows
        .slice(0, page.limit)
        .flatMap(({ content, hash }) => (content === null ? [] : [entryOf(content, hash)]));
      const last = items.at(-1);
      // What did not fit only tells that there is more, as the row beyond the limit does.
      return {
        items,
        nextCursor: last && items.length < rows.length ? encodeCursor([`${last.seq}`]) : null,
      };
    } catch (error) {
      if (!databaseFailure(error)) throw error;
      throw auditErrors.fail("unavailable", "The audit trail cannot be read; try again later.", {
        cause: error,
      });
    }
  }

  return {
    search({ from, to, ...criteria }, page) {
      const { actorId, targetId, operation, requestId, kind, table } = criteria;
      const where = [
        actorId === undefined ? undefined : eq(entries.actorId, actorId),
        targetId === undefined ? undefined : arrayContains(entries.targets, [targetId]),
        operation === undefined ? undefined : eq(entries.operation, operation),
        requestId === undefined ? undefined : eq(entries.requestId, requestId),
        kind === undefined ? undefined : eq(entries.kind, kind),
        table === undefined ? undefined : eq(entries.tableName, table),
        to === undefined ? undefined : lt(entries.at, to),
      ];
      return read(where, from, page);
    },

    activityOf({ userId, from, without }, page) {
      const isOwn = and(
        inArray(entries.kind, ["request", "request_unknown"]),
        eq(entries.actorId, userId),
      );
      const isToThem = and(
        arrayContains(entries.targets, [userId]),
        or(isNull(entries.actorId), ne(entries.actorId, userId)),
        or(
          and(eq(entries.kind, "request"), lt(entries.status, 400)),
          and(eq(entries.kind, "change"), eq(entries.actorType, "system")),
        ),
      );
      const tells = without.map((operation) => ne(entries.operation, operation));
      return read([or(isOwn, isToThem), ...tells], from, page);
    },
  };
}

/** The columns beside `content` only repeat it. */
const entryOf = (content: string, hash: string): AuditEntry => ({ ...JSON.parse(content), hash });
