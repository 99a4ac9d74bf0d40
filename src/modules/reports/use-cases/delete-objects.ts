import type { ReportsDeps } from "../deps.ts";

/** As many as an object store takes at once. */
const keysAtOnce = 1_000;

/** What cannot be deleted now, because the store is away, is swept later: nothing refers to it any more. */
export async function deleteObjects(
  { objects, logger }: Pick<ReportsDeps, "objects" | "logger">,
  keys: readonly string[],
): Promise<void> {
  try {
    for (let start = 0; start < keys.length; start += keysAtOnce)
      await objects.delete(keys.slice(start, start + keysAtOnce));
  } catch (error) {
    logger.warn({ err: error, keys: keys.length }, "files of reports could not be deleted yet");
  }
}
