import { createFacts } from "#modules/ledger/domain/import-facts";
import type {
  CsvRow,
  FileFacts,
  FormatProposal,
  ImportAccount,
  ImportQuestion,
  RowReading,
} from "#modules/ledger/domain/import-format";
import { completeFormat, proposeFormat } from "#modules/ledger/domain/import-proposal";
import { readRow } from "#modules/ledger/domain/import-row";
import { detectShape } from "#modules/ledger/domain/import-shape";
import type { FormatAnswers } from "#modules/ledger/domain/import-state";
import { readCsv } from "#modules/ledger/gateways/csv-reader";
import { createEncodingEvidence } from "#modules/ledger/gateways/file-encoding";

export type BankFile = FormatProposal & {
  readonly rows: readonly CsvRow[];
  readonly facts: FileFacts;
  /** One for each row below the headings, once nothing of the format is missing. */
  readonly readings: readonly RowReading[] | null;
};

export function* inPieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Does with a file what an import does, from its bytes to what its rows say. */
export async function readBankFile(
  bytes: Uint8Array,
  account: ImportAccount,
  answers: FormatAnswers = {},
  pieceBytes = 1024 * 1024,
): Promise<BankFile> {
  const evidence = createEncodingEvidence();
  for (const piece of inPieces(bytes, pieceBytes)) evidence.add(piece);
  const decided = evidence.decide();
  const encoding = answers.encoding ?? decided.encoding;
  const detected = detectShape(evidence.sampleText(encoding));
  const shape = {
    encoding,
    separator: answers.separator ?? detected.separator,
    quote: answers.quote ?? detected.quote,
  };
  const counting = createFacts(answers);
  const rows: CsvRow[] = [];
  for await (const group of readCsv(inPieces(bytes, pieceBytes), shape))
    for (const row of group) {
      rows.push(row);
      counting.add(row);
    }
  const facts = counting.facts();
  const proposal = proposeFormat(shape, facts, answers);
  const asked: (ImportQuestion | null)[] = [
    answers.encoding ? null : decided.question,
    answers.separator ? null : detected.question,
  ];
  const questions = [...asked.filter((question) => question !== null), ...proposal.questions];
  const format = questions.length === 0 ? completeFormat(proposal.format) : null;
  const readings =
    format &&
    rows
      .slice(format.headerRows)
      .map(({ cells, fault }) => (fault === null ? readRow(format, cells, account) : { fault }));
  return { ...proposal, questions, rows, facts, readings };
}
