import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import type { GbsDeps } from "../deps.ts";

export type KeptForLenderDeps = Pick<GbsDeps, "clock" | "lenderHeaderStore" | "retentionDays">;

const daySeconds = 86_400;

/**
 * Whether a recording that is approved nowhere opens with a lender's key nevertheless: it was sealed, and MainDB went back to
 * before. It may be all that its lender has of a debt that bound, so it outlasts what the database would have destroyed, for
 * as long as recordings are kept.
 */
export async function isKeptForLender(
  { clock, lenderHeaderStore, retentionDays }: KeptForLenderDeps,
  place: { readonly uploadId: Id; readonly debtId: Id },
): Promise<boolean> {
  const keptAt = await lenderHeaderStore.keptAt(place);
  return keptAt !== null && clock.now() < addSeconds(keptAt, retentionDays * daySeconds);
}
