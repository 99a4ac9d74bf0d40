/** The embedded PostgreSQL cannot be used. The message says what to do and is meant for the person at the terminal. */
export class EmbeddedPostgresError extends Error {
  override readonly name = "EmbeddedPostgresError";
}
