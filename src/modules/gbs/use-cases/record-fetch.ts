import type { RequestContext } from "#platform/kernel/context";
import type { GbsDeps, KeptRecording, StoredLenderHeader } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { handedOver } from "./lender-evidence.ts";
import { ownUserId } from "./own-debt.ts";
import { findPeople } from "./people.ts";
import { type RecordOnDebtDeps, recordOnDebt } from "./record-on-debt.ts";
import { noKey } from "./try-key.ts";

export type RecordFetchDeps = RecordOnDebtDeps &
  Pick<GbsDeps, "db" | "identity" | "handOvers" | "lenderHeaders">;

/**
 * That the lender is sent a recording, behind the last header, stands in the custody log once this resolves: before its
 * first byte leaves. `use` is given the header, may run more than once, and ends all of it by throwing. Throws
 * `gbs.no_key_yet` and what {@link handedOver} throws.
 */
export async function recordFetch(
  deps: RecordFetchDeps,
  ctx: RequestContext,
  { debt: seen, recording }: { readonly debt: DebtSnapshot; readonly recording: KeptRecording },
  use: (header: StoredLenderHeader) => void,
): Promise<void> {
  const people = (await findPeople(deps, ctx, [seen]))(seen);
  const actor = { role: "lender", id: ownUserId(ctx) } as const;
  await deps.db.transact(ctx, (tx) =>
    recordOnDebt(deps, tx, { debtId: seen.id, people }, async ({ debt, now }) => {
      const { header } = await handedOver(deps, tx, { debt, party: "lender", now });
      if (!header) throw noKey(header);
      use(header);
      const data = { evidence: recording.id, headerSha256: header.headerSha256 };
      return { debt, custody: [{ kind: "evidence_fetched", actor, data }] };
    }),
  );
}
