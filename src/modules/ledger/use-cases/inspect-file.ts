import type { LedgerDeps } from "../deps.ts";
import { createFacts } from "../domain/import-facts.ts";
import type { FileFacts, FormatProposal } from "../domain/import-format.ts";
import { proposeFormat } from "../domain/import-proposal.ts";
import { detectShape } from "../domain/import-shape.ts";
import type { FormatAnswers } from "../domain/import-state.ts";

/**
 * Reads a file twice, once for its encoding and once for what its columns hold: what it is, and what has to be asked.
 * Throws {@link ImportFileError} for what is no file of rows.
 */
export async function inspectFile(
  files: LedgerDeps["importFiles"],
  chunks: () => AsyncIterable<Uint8Array>,
  answers: FormatAnswers,
): Promise<{ readonly facts: FileFacts; readonly proposal: FormatProposal }> {
  const evidence = files.encodingEvidence();
  for await (const chunk of chunks()) evidence.add(chunk);
  const found = evidence.decide();
  const encoding = answers.encoding ?? found.encoding;
  const detected = detectShape(evidence.sampleText(encoding));
  const shape = {
    encoding,
    separator: answers.separator ?? detected.separator,
    quote: answers.quote ?? detected.quote,
  };
  const counted = createFacts(answers);
  for await (const rows of files.read(chunks(), shape)) for (const row of rows) counted.add(row);
  const facts = counted.facts();
  const proposal = proposeFormat(shape, facts, answers);
  const asked = [
    ...(answers.encoding === undefined && found.question ? [found.question] : []),
    ...(answers.separator === undefined && detected.question ? [detected.question] : []),
  ];
  return { facts, proposal: { ...proposal, questions: [...asked, ...proposal.questions] } };
}
