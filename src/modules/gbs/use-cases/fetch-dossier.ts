import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import type { DebtParty } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { headText } from "../domain/custody.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { dossierName } from "../domain/dossier.ts";
import { readmeOf } from "../domain/dossier-readme/readme-of.ts";
import { documentSources } from "./dossier-documents.ts";
import { chainSource, valuesSource } from "./dossier-log.ts";
import { type DossierRecording, recordingOf } from "./dossier-recording.ts";
import { ownDebt, ownUserId } from "./own-debt.ts";
import type { RecordFetchDeps } from "./record-fetch.ts";
import { bytesSource, type DossierSource, textSource, writeDossier } from "./write-dossier.ts";

type Deps = RecordFetchDeps &
  Pick<
    GbsDeps,
    | ("documents" | "objects" | "integrity" | "vault" | "verifier")
    | ("newSha256" | "crc32" | "links" | "logger")
  >;

/** A zip that is made while it is sent. */
export type FetchedDossier = {
  readonly name: string;
  readonly type: string;
  readonly chunks: AsyncIterable<Uint8Array>;
};

/**
 * Everything that was recorded of a debt, as one of its parties may have it, with what proves it. It is of one moment:
 * what is recorded while it is made is not in it, nor that it was fetched where it holds the recording. Throws `gbs.debt_not_found` (404), `gbs.file_unavailable` and
 * `storage.unavailable` (503) before the first chunk.
 */
export async function fetchDossier(
  deps: Deps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<FetchedDossier> {
  const { debt, party } = await ownDebt(deps, ctx, parseId(input.id));
  const id = ownUserId(ctx);
  const [user] = await deps.identity.usersById(ctx, { userIds: [id] });
  const facts = {
    ...{ debtId: debt.id, madeAt: deps.clock.now(), chain: debt.custody },
    madeFor: { role: party, id },
  };
  const recording = await recordingOf(deps, ctx, debt, party);
  const sources = [
    ...explaining(deps, debt, { ...recording, locale: user?.locale ?? "" }),
    ...logOf(deps, debt, party),
    ...(await documentSources(deps, debt)),
    ...recording.sources,
  ];
  return {
    name: dossierName(debt.id),
    type: "application/zip",
    chunks: writeDossier(deps, facts, sources),
  };
}

function explaining(
  deps: Deps,
  debt: DebtSnapshot,
  { locale, damagedSince }: Pick<DossierRecording, "damagedSince"> & { readonly locale: string },
): readonly DossierSource[] {
  const head = headText(debt.custody);
  const facts = { debt: debt.id, keysAddress: deps.links.keys, head, damagedSince };
  const keys = `${JSON.stringify({ keys: deps.custodySigner.publicKeys() }, null, 2)}\n`;
  return [
    textSource("README.txt", readmeOf(locale, facts)),
    textSource("keys.json", keys),
    bytesSource(deps.verifier.name, deps.verifier.bytes),
  ];
}

const logOf = (deps: Deps, debt: DebtSnapshot, party: DebtParty): readonly DossierSource[] => [
  chainSource(deps, debt),
  valuesSource(deps, debt, party),
];
