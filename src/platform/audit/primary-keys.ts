import type { MainSource } from "./main-source.ts";
import type { Relation } from "./pgoutput.ts";
import type { Transaction } from "./transactions.ts";

export type PrimaryKeys = {
  keyOf(relation: Relation): readonly string[];
  /** A table that was made since has a key that we do not know. */
  refreshFor(batch: readonly Transaction[]): Promise<void>;
};

export async function openPrimaryKeys(main: Pick<MainSource, "primaryKeys">): Promise<PrimaryKeys> {
  let known = await main.primaryKeys();
  return {
    keyOf: (relation) => known.get(relation.name) ?? relation.key,
    async refreshFor(batch) {
      const isKnown = batch.every(({ parts }) =>
        parts.every((part) => part.type !== "change" || known.has(part.change.relation.name)),
      );
      if (!isKnown) known = await main.primaryKeys();
    },
  };
}
