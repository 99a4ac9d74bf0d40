import type { AttemptSubject } from "#platform/attempts/attempts";
import type { RequestContext } from "#platform/kernel/context";
import type { GbsDeps } from "../deps.ts";

/** `says`: the limit and how much it is, for whoever is at it. */
export type Limited = AttemptSubject & { readonly says: string };

/**
 * Counts before `work` begins, so that of many at once only as many begin as may, and gives back what came to nothing:
 * whoever is refused, or asks while a store is down, has used up nothing of his day. `counts`: false of what another
 * request has made. Throws `limit.exceeded` (429) and what `work` throws.
 */
export async function withinLimit<T>(
  deps: Pick<GbsDeps, "attempts" | "logger">,
  ctx: RequestContext,
  { rule, subject, says }: Limited,
  work: () => Promise<T>,
  counts: (made: T) => boolean = () => true,
): Promise<T> {
  const counted = [{ rule, subject }];
  // What gives back must not hide why: it may fail of the same.
  const giveBack = () =>
    deps.attempts
      .giveBack(ctx, counted)
      .catch((err: unknown) => deps.logger.warn({ err }, "an attempt could not be given back"));
  await deps.attempts.require(ctx, counted, says);
  try {
    const made = await work();
    if (!counts(made)) await giveBack();
    return made;
  } catch (error) {
    await giveBack();
    throw error;
  }
}
