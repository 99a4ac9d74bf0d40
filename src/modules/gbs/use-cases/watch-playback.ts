import type { Actor, RequestContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import { segmentBytes } from "../bounds.ts";
import type { GbsDeps, LivePlayback } from "../deps.ts";
import { type ByteRange, piecesOf } from "../domain/viewed-ranges.ts";
import { gbsErrors } from "../errors.ts";

/** A recording that somebody may watch at present. */
export type WatchedMedia = {
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Of the whole, hex: the same bytes have the same. */
  readonly sha256: string;
  /**
   * The bytes of a range. Each piece is on record before it is given, and none is given once the playback is over: then
   * `gbs.playback_not_found` is thrown. Whoever has enough ends it with `return`.
   */
  read(range: ByteRange): AsyncGenerator<Uint8Array, void>;
};

type Deps = Pick<
  GbsDeps,
  "db" | "clock" | "ids" | "identity" | "playbacks" | "playbackTokens" | "vault"
>;

/**
 * What a token opens. Throws `gbs.playback_not_found` (404) for everything else: no token or a wrong one, of a playback
 * that is over, whose session has ended or whose user may watch no more, or sent along with somebody else's credentials.
 */
export async function watchPlayback(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly token: string | null },
): Promise<WatchedMedia> {
  const playbackId = parseId(input.id);
  const found = await deps.playbacks.findLive(deps.db.read, playbackId, deps.clock.now());
  if (!found || input.token === null || !isOwn(ctx.actor, found)) throw noSuchPlayback();
  const fileKey = await deps.playbackTokens.open(found, input.token, found);
  if (!fileKey || !(await mayWatch(deps, ctx, found))) throw noSuchPlayback();
  const { mediaType, sizeBytes, sha256 } = found;
  return {
    ...{ mediaType, sizeBytes, sha256 },
    async *read(range) {
      const recording = { ...found, uploadId: found.evidenceId };
      for (const piece of piecesOf(range, segmentBytes)) {
        if (!(await show(deps, ctx, found, piece))) throw noSuchPlayback();
        yield* deps.vault.readRange(recording, fileKey, piece.first, piece.last);
      }
    },
  };
}

/** A browser's player sends no credentials but the token; whoever sends some must be who it was given to. */
const isOwn = (actor: Actor, { userId, sessionId }: LivePlayback): boolean =>
  actor.type !== "user" || (actor.id === userId && actor.sessionId === sessionId);

/** Its session lives, and its user still is an operator where only operators watch. */
async function mayWatch(
  deps: Pick<GbsDeps, "identity">,
  ctx: RequestContext,
  { sessionId, userId, reviewId }: LivePlayback,
): Promise<boolean> {
  if (sessionId === null) return false;
  const [session] = await deps.identity.liveSessions(ctx, { sessionIds: [sessionId] });
  const needed = reviewId === null ? "gbs:write" : "gbs:review";
  return session?.userId === userId && session.permissions.includes(needed);
}

async function show(
  deps: Deps,
  ctx: RequestContext,
  playback: LivePlayback,
  piece: ByteRange,
): Promise<boolean> {
  if (!(await mayWatch(deps, ctx, playback))) return false;
  const { playbackId, userId, sessionId } = playback;
  const actor = { type: "user", id: userId, sessionId, ...noRights } as const;
  const shown = { ...piece, id: deps.ids.next(), playbackId, at: deps.clock.now() };
  const recorded = await deps.db.writeOne({ ...ctx, actor }, deps.playbacks.show(shown));
  return recorded !== undefined;
}

/** The token says who watches; it lets him do nothing else. */
const noRights = { roles: [], permissions: [], authenticatedAt: null };

const noSuchPlayback = (): AppError =>
  gbsErrors.fail("playback_not_found", "There is no such playback, or it is over: begin another.");
