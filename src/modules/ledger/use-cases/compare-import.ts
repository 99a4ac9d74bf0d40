import type { LocalDate } from "#platform/kernel/time";
import type { LedgerDeps, RecordedLine, StoredImport } from "../deps.ts";
import { createDuplicateFinder, likenessWords } from "../domain/import-duplicates.ts";

type Deps = Pick<LedgerDeps, "db" | "importRows" | "importOrigins">;
type Compared = Pick<StoredImport, "id" | "accountId">;

/** Rows and transactions are read in pages of this size. */
const pageSize = 5_000;

/** Rows whose verdict is another one than is stored. */
export type ChangedVerdicts = {
  readonly toNew: readonly number[];
  readonly toDuplicate: readonly number[];
};

export type Comparison = {
  /** With what the account has at the time; it stays true as long as somebody has the book locked. */
  changes(): Promise<ChangedVerdicts>;
};

/**
 * The readable rows of an import, to be compared with what its account has by now. What is held meanwhile is one text for
 * each different row of the file. Reads outside of any transaction: what is recorded of the import itself, and not yet
 * committed, is not seen.
 */
export async function openComparison(
  deps: Deps,
  compared: Compared,
  signal: AbortSignal,
): Promise<Comparison> {
  const { read } = deps.db;
  const finder = createDuplicateFinder();
  const stored = new Set<number>();
  const ids: string[] = [];
  let from: LocalDate | undefined;
  let to: LocalDate | undefined;
  const numbers: number[] = [];
  const query = { importId: compared.id, onlyNew: false, limit: pageSize };
  for (let after = 0; ; ) {
    signal.throwIfAborted();
    const rows = await deps.importRows.readable(read, { ...query, after });
    for (const { number, verdict, date, amount, payee, note, externalId } of rows) {
      if (date === null || amount === null) continue;
      const words = likenessWords(payee, note);
      finder.addRow(number, { date, amount, words, externalId });
      numbers.push(number);
      if (verdict === "duplicate") stored.add(number);
      if (externalId !== null) ids.push(externalId);
      if (from === undefined || date < from) from = date;
      if (to === undefined || date > to) to = date;
    }
    after = rows.at(-1)?.number ?? after;
    if (rows.length < pageSize) break;
  }
  if (from === undefined || to === undefined)
    return { changes: async () => ({ toNew: [], toDuplicate: [] }) };

  const { accountId } = compared;
  const days = { from, to };
  async function readRecorded(): Promise<void> {
    for (let at = 0; at < ids.length; at += pageSize) {
      signal.throwIfAborted();
      const asked = ids.slice(at, at + pageSize);
      for (const id of await deps.importOrigins.knownIds(read, accountId, asked))
        finder.addKnownId(id);
    }
    for (const linesOf of [deps.importOrigins.imported, deps.importOrigins.recorded])
      for (let after: RecordedLine | undefined; ; ) {
        signal.throwIfAborted();
        const range = { accountId, ...days, after, limit: pageSize };
        const lines: RecordedLine[] = await linesOf(read, range);
        for (const { date, amount, externalId, words, payee, note } of lines)
          finder.addRecorded({
            ...{ date, amount, externalId },
            words: words ?? likenessWords(payee, note),
          });
        after = lines.at(-1);
        if (lines.length < pageSize) break;
      }
  }

  return {
    async changes() {
      finder.forgetRecorded();
      await readRecorded();
      const duplicates = new Set(finder.duplicates());
      return {
        toNew: numbers.filter((number) => stored.has(number) && !duplicates.has(number)),
        toDuplicate: numbers.filter((number) => duplicates.has(number) && !stored.has(number)),
      };
    },
  };
}
