import type { DocumentPosition, GbsDeps, StoredDocument } from "../deps.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { documentName, documentsMade } from "../domain/dossier.ts";
import { entriesOf } from "./dossier-log.ts";
import { type DossierSource, unavailable } from "./write-dossier.ts";

type Deps = Pick<GbsDeps, "db" | "custody" | "documents" | "objects" | "logger">;
type Logged = Pick<DebtSnapshot, "id" | "custody">;

const documentsAtOnce = 200;

/** Every document that the log says was made. One that was made since stands in no log that goes with it. */
export async function documentSources(deps: Deps, debt: Logged): Promise<readonly DossierSource[]> {
  const wanted = new Set<string>();
  for await (const entries of entriesOf(deps, debt))
    for (const name of documentsMade(entries)) wanted.add(name);
  const sources: DossierSource[] = [];
  for await (const document of wanted.size === 0 ? [] : storedOf(deps, debt)) {
    const name = documentName(document.kind, document.termsVersion);
    if (wanted.delete(name)) sources.push(sourceOf(deps, name, document));
  }
  if (wanted.size > 0) throw unavailable(deps, [...wanted].join(", "));
  return sources;
}

async function* storedOf({ db, documents }: Deps, { id }: Logged) {
  let after: DocumentPosition | undefined;
  while (true) {
    const page = await documents.list(db.read, id, { after, limit: documentsAtOnce });
    yield* page;
    after = page.at(-1);
    if (page.length < documentsAtOnce) return;
  }
}

const sourceOf = (deps: Deps, name: string, document: StoredDocument): DossierSource => ({
  name,
  expected: document.sha256,
  async *open() {
    const found = await deps.objects.get(document.objectKey);
    if (!found) throw unavailable(deps, name);
    yield* found.chunks;
  },
});
