import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/**
 * Deletes what nobody has written to for `silentMs`: whoever made it has died. What cannot be looked at or deleted now is
 * tried again the next time.
 */
export async function deleteLeftovers(
  directory: string,
  { silentMs, nowMs }: { readonly silentMs: number; readonly nowMs: number },
): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const path = join(directory, name);
    const found = await lstat(path).catch(() => undefined);
    if (found && found.mtimeMs < nowMs - silentMs)
      await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
