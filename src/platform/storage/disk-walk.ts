import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemCodeOf } from "./errors.ts";

/**
 * The keys of all files below `root` that begin with `prefix` and come after `after`, in the order of their characters.
 * Directories that hold none of them are not read.
 */
export async function* walkKeys(
  root: string,
  { prefix, after }: { readonly prefix: string; readonly after: string },
): AsyncGenerator<string> {
  const start = prefix.endsWith("/") ? prefix : `${dirname(prefix)}/`;
  yield* walk(start === "./" ? "" : start);

  async function* walk(directory: string): AsyncGenerator<string> {
    for (const name of await namesIn(join(root, directory))) {
      const path = directory + name;
      if (!path.startsWith(prefix) && !prefix.startsWith(path)) continue;
      if (!path.endsWith("/")) {
        if (path > after && path.startsWith(prefix)) yield path;
      } else if (path > after || after.startsWith(path)) yield* walk(path);
    }
  }
}

/** In the order that keys have: of a directory with the slash that follows it. What begins with a dot is not ours to list. */
async function namesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(
    (error: unknown): Dirent[] => {
      if (systemCodeOf(error) === "ENOENT") return [];
      throw error;
    },
  );
  return entries
    .filter(({ name }) => !name.startsWith("."))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}
