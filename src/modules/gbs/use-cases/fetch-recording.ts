import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { GbsDeps, KeptRecording, StoredLenderHeader } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { handedOver, lenderEvidence, requireDefault } from "./lender-evidence.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";
import { noKey } from "./try-key.ts";

type Deps = RecordOnDebtDeps &
  Pick<GbsDeps, "db" | "identity" | "handOvers" | "lenderHeaders" | "vault">;

/** A file to be sent. It is read, and that it is sent recorded, once its first chunk is asked for. */
export type FetchedRecording = {
  readonly name: string;
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array>;
};

/**
 * The recording as an age file, which the lender opens with what he alone has; from a default on. Throws
 * `gbs.debt_not_found` (404), `gbs.not_possible_now`, `gbs.no_key_yet`, `gbs.evidence_destroyed` (409); before the first
 * chunk `gbs.evidence_damaged` and `storage.unavailable` (503), too.
 */
export async function fetchRecording(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<FetchedRecording> {
  const { debt, recording, header, now } = await lenderEvidence(deps, ctx, parseId(input.id));
  requireDefault(debt, now);
  if (!header) throw noKey(header);
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
    yield bytesOf(await recordFetch(deps, ctx, debt, recording));
    for (const { value } of begin) if (value) yield value;
    yield* payload;
  } finally {
    await payload.return();
  }
}

/** That it is sent stands in the custody log before its first byte leaves. Gives the header that the log names. */
async function recordFetch(
  deps: Deps,
  ctx: RequestContext,
  seen: DebtSnapshot,
  recording: KeptRecording,
): Promise<StoredLenderHeader> {
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  const actor = { role: "lender", id: ownUserId(ctx) } as const;
  return deps.db.transact(ctx, async (tx) => {
    const sent: StoredLenderHeader[] = [];
    await recordOnDebt(deps, tx, { debtId: seen.id, people }, async ({ debt, now }) => {
      const { header } = await handedOver(deps, tx, { debt, party: "lender", now });
      if (!header) throw noKey(header);
      sent.push(header);
      const data = { evidence: recording.id, headerSha256: header.headerSha256 };
      return { debt, custody: [{ kind: "evidence_fetched", actor, data }] };
    });
    const [header] = sent;
    if (!header) throw new Error("a step was not made");
    return header;
  });
}

const bytesOf = ({ header }: StoredLenderHeader): Uint8Array =>
  new Uint8Array(Buffer.from(header, "base64"));
