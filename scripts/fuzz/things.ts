import type { Answer } from "./client.ts";

/** What one operation acts on: its id, and its ETag where the operation wants one. */
export type Things = Readonly<Record<string, string>>;

export const told = (
  operation: string,
  { body, etag }: Answer<{ readonly id: string }>,
): Things => ({
  [`${operation}_ID`]: body.id,
  [`${operation}_ETAG`]: etag,
});
