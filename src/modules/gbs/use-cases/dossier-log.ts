import type { DebtParty } from "../contract.ts";
import type { GbsDeps } from "../deps.ts";
import { type CustodyEntry, utf8 } from "../domain/custody.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import { chainLine, disclosedTo, valueLine } from "../domain/dossier.ts";
import type { DossierSource } from "./write-dossier.ts";

type Deps = Pick<GbsDeps, "db" | "custody">;
type Logged = Pick<DebtSnapshot, "id" | "custody">;

const entriesAtOnce = 200;

/** The log as far as the debt's row said that it goes: entries are never changed, so it is the same at each reading. */
export async function* entriesOf(
  { db, custody }: Deps,
  { id, custody: { length } }: Logged,
): AsyncGenerator<readonly CustodyEntry[], void, undefined> {
  for (let after = 0; after < length; ) {
    const limit = Math.min(entriesAtOnce, length - after);
    const entries = await custody.entries(db.read, id, { after, limit });
    if (entries.length < limit) throw new Error("a custody log is shorter than its debt says");
    yield entries;
    after += entries.length;
  }
}

/** A line for each entry. */
export const chainSource = (deps: Deps, debt: Logged): DossierSource => ({
  name: "custody.jsonl",
  async *open() {
    for await (const entries of entriesOf(deps, debt)) yield utf8(entries.map(chainLine).join(""));
  },
});

/** A list of the values that are disclosed to a party, a line for each. */
export const valuesSource = (
  deps: Deps,
  debt: Logged & Pick<DebtSnapshot, "textHidden">,
  party: DebtParty,
): DossierSource => ({
  name: "values.json",
  async *open() {
    let before = "[\n";
    for await (const entries of entriesOf(deps, debt)) {
      const seqs = entries.map(({ seq }) => seq);
      const values = await deps.custody.values(deps.db.read, debt.id, seqs);
      const { textHidden } = debt;
      for (const value of disclosedTo({ party, textHidden }, values)) {
        yield utf8(before + valueLine(value));
        before = ",\n";
      }
    }
    yield utf8(before === ",\n" ? "\n]\n" : "[]\n");
  },
});
