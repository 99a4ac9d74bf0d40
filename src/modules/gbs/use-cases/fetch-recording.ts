import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { GbsDeps } from "../deps.ts";
import { handedOver, lenderEvidence, requireDefault } from "./lender-evidence.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";
import { noKey } from "./try-key.ts";

type Deps = RecordOnDebtDeps &
  Pick<GbsDeps, "db" | "identity" | "handOvers" | "lenderHeaders" | "vault">;

/**
 * The recording as an age file, which the lender opens with what he alone has; from a default on. That it was sent for
 * stands in the custody log. Throws `gbs.debt_not_found` (404), `gbs.not_possible_now`, `gbs.no_key_yet`,
 * `gbs.evidence_destroyed` (409), `gbs.evidence_damaged` and `storage.unavailable` (503) before the first chunk.
 */
export async function fetchRecording(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<{ readonly name: string; readonly chunks: AsyncIterable<Uint8Array> }> {
  const { debt: seen, recording, now } = await lenderEvidence(deps, ctx, parseId(input.id));
  requireDefault(seen, now);
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  const payload = deps.vault.sealedPayload(recording);
  try {
    // The nonce is in the database: with the chunk after it the store has answered, too.
    const begin = [await payload.next(), await payload.next()];
    const actor = { role: "lender", id: ownUserId(ctx) } as const;
    const header = await deps.db.transact(ctx, async (tx) => {
      let stored = "";
      await recordOnDebt(deps, tx, { debtId: seen.id, people }, async ({ debt, now }) => {
        const { header } = await handedOver(deps, tx, { debt, party: "lender", now });
        if (!header) throw noKey(header);
        stored = header.header;
        const data = { evidence: recording.id, headerSha256: header.headerSha256 };
        return { debt, custody: [{ kind: "evidence_fetched", actor, data }] };
      });
      return new Uint8Array(Buffer.from(stored, "base64"));
    });
    const parts = [header, ...begin.flatMap(({ value }) => value ?? [])];
    return { name: `evidence-${seen.id}.age`, chunks: followedBy(parts, payload) };
  } catch (error) {
    await payload.return();
    throw error;
  }
}

async function* followedBy(
  begin: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array, void>,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* begin;
    yield* rest;
  } finally {
    await rest.return();
  }
}
