/** A backup cannot be made, read or restored. The message is meant for the person at the terminal; it holds no secret. */
export class BackupError extends Error {
  override readonly name = "BackupError";
}
