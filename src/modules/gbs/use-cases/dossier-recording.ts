import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Instant } from "#platform/kernel/time";
import type { DebtParty } from "../contract.ts";
import type { GbsDeps, KeptRecording, StoredLenderHeader } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { lastHeaderOf, recordingName } from "../domain/dossier.ts";
import { entriesOf } from "./dossier-log.ts";
import { type RecordFetchDeps, recordFetch } from "./record-fetch.ts";
import { type DossierSource, unavailable } from "./write-dossier.ts";

type Deps = RecordFetchDeps & Pick<GbsDeps, "integrity" | "vault" | "newSha256" | "logger">;

/** What of a recording goes into a dossier. */
export type DossierRecording = {
  readonly sources: readonly DossierSource[];
  /** When the damage was found for which it is left out; null = it is not left out for that. */
  readonly damagedSince: Instant | null;
};

const none: DossierRecording = { sources: [], damagedSince: null };

/**
 * The recording as an age file, for the lender alone, from a default on, and while it is there and whole; behind the header
 * that the log of the dossier ends with. That it is sent for is recorded as of the file alone, behind the end of that log.
 * Everybody else has its hashes in the log.
 */
export async function recordingOf(
  deps: Deps,
  ctx: RequestContext,
  debt: DebtSnapshot,
  party: DebtParty,
): Promise<DossierRecording> {
  if (party !== "lender" || debt.defaultedAt === null) return none;
  const { read } = deps.db;
  const recording = await deps.handOvers.approvedOf(read, debt.id);
  if (!recording || recording.destroyingAt !== null) return none;
  const [header, damagedSince] = await Promise.all([
    deps.lenderHeaders.last(read, recording.id),
    deps.integrity.damagedSince(read, recording.id),
  ]);
  if (!header) return none;
  if (damagedSince !== undefined) return { sources: [], damagedSince };
  let logged: string | undefined;
  for await (const entries of entriesOf(deps, debt))
    logged = lastHeaderOf(recording.id, entries) ?? logged;
  if (logged === undefined) return none;
  // Another key was shown, or it was sealed, since the debt was read: the next dossier has it.
  if (logged !== header.headerSha256) throw unavailable(deps, recordingName);
  const beforeSent = () => recordSent(deps, ctx, { debt, recording }, header);
  const sources = [{ ...sourceOf(deps, recording, header), beforeSent }];
  return { sources, damagedSince: null };
}

async function recordSent(
  deps: Deps,
  ctx: RequestContext,
  sent: Parameters<typeof recordFetch>[2],
  { headerSha256 }: StoredLenderHeader,
): Promise<void> {
  try {
    await recordFetch(deps, ctx, sent, (last) => {
      if (last.headerSha256 !== headerSha256) throw unavailable(deps, recordingName);
    });
  } catch (error) {
    // Its destruction has begun: the next dossier is without it.
    const isOver = error instanceof AppError && error.kind === "conflict";
    throw isOver ? unavailable(deps, recordingName) : error;
  }
}

const sourceOf = (
  deps: Deps,
  recording: KeptRecording,
  { header }: StoredLenderHeader,
): DossierSource => ({
  name: recordingName,
  async *open() {
    yield new Uint8Array(Buffer.from(header, "base64"));
    const hash = deps.newSha256();
    for await (const bytes of deps.vault.sealedPayload(recording)) {
      hash.update(bytes);
      yield bytes;
    }
    if (hash.hex() !== recording.payloadSha256) throw unavailable(deps, recordingName);
  },
});
