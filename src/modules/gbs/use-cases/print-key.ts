import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { GbsDeps } from "../deps.ts";
import { documentLanguageOf } from "../domain/documents/languages.ts";
import { keyCardOf } from "../domain/key-card/key-card.ts";
import { type LenderEvidenceDeps, lenderEvidence } from "./lender-evidence.ts";
import { findPeople } from "./people.ts";
import { openWithKey, refuseSecret } from "./try-key.ts";

type Deps = LenderEvidenceDeps &
  Pick<GbsDeps, "identity" | "attempts" | "lenderKeys" | "makeSecretPage">;

/**
 * A page with the lender's key, to print: made of the key that he sends, in memory, and forgotten. The key has to be the
 * right one. Throws `gbs.debt_not_found` (404), `gbs.not_possible_now`, `gbs.evidence_destroyed` (409), and what
 * {@link openWithKey} throws.
 */
export async function printKey(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string; readonly key: string },
): Promise<{ readonly name: string; readonly chunks: AsyncIterable<Uint8Array> }> {
  refuseSecret(deps, "/key", input.key);
  const { debt, recording, now, ...found } = await lenderEvidence(deps, ctx, parseId(input.id));
  const asked = { debtId: debt.id, header: found.header, typed: input.key };
  const { fileKey, key, header } = await openWithKey(deps, ctx, asked);
  fileKey.fill(0);
  const { lender, borrower } = (await findPeople(deps, ctx, [debt]))(debt);
  const page = await deps.makeSecretPage(
    keyCardOf({
      ...{ key, language: documentLanguageOf(lender.locale), timeZone: lender.timeZone },
      ...{ madeAt: now, debtId: debt.id, amount: debt.terms.amount },
      ...{ lender: lender.displayName, borrower: borrower?.displayName ?? debt.invitedAddress },
      ...{ generation: header.generation, headerSha256: header.headerSha256 },
      ...{ sha256: recording.sha256, sizeBytes: recording.sizeBytes },
      mediaType: recording.mediaType,
    }),
  );
  return { name: `key-${debt.id}.pdf`, chunks: once(page) };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
