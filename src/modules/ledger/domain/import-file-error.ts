/** Why a whole file cannot be imported: a sentence for its owner. */
export class ImportFileError extends Error {
  override readonly name = "ImportFileError";
}
