import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { GbsDeps, KeptRecording, StoredLenderHeader } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { lenderEvidence, requireDefault, requireWhole } from "./lender-evidence.ts";
import { type RecordFetchDeps, recordFetch } from "./record-fetch.ts";
import { noKey } from "./try-key.ts";

type Deps = RecordFetchDeps & Pick<GbsDeps, "integrity" | "vault">;

/** A file to be sent. It is read, and that it is sent recorded, once its first chunk is asked for. */
export type FetchedRecording = {
  readonly name: string;
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
};

/**
 * The recording as an age file, which the lender opens with what he alone has; from a default on. Throws
 * `gbs.debt_not_found` (404), `gbs.not_possible_now`, `gbs.no_key_yet`, `gbs.evidence_destroyed` (409) and
 * `gbs.evidence_damaged` (503); that and `storage.unavailable` (503) before the first chunk, too.
 */
export async function fetchRecording(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<FetchedRecording> {
  const { debt, recording, header, now } = await lenderEvidence(deps, ctx, parseId(input.id));
  requireDefault(debt, now);
  if (!header) throw noKey(header);
  await requireWhole(deps, recording);
  return {
    name: `evidence-${debt.id}.age`,
    sizeBytes: bytesOf(header).length + deps.vault.payloadBytes(recording),
    chunks: sentFile(deps, ctx, debt, recording),
  };
}

async function* sentFile(
  deps: Deps,
  ctx: RequestContext,
  debt: DebtSnapshot,
  recording: KeptRecording,
): AsyncGenerator<Uint8Array, void> {
  const payload = deps.vault.sealedPayload(recording);
  try {
    // The nonce is in the database: with the chunk after it the store has answered, too.
    const begin = [await payload.next(), await payload.next()];
    let header = new Uint8Array();
    await recordFetch(deps, ctx, { debt, recording }, (last) => {
      header = bytesOf(last);
    });
    yield header;
    for (const { value } of begin) if (value) yield value;
    yield* payload;
  } finally {
    await payload.return();
  }
}

const bytesOf = ({ header }: StoredLenderHeader): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(header, "base64"));
