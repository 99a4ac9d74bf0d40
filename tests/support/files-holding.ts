import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Files below a directory in which these bytes stand, by their path in it; one that goes meanwhile holds nothing. */
export function filesHolding(directory: string, wanted: string | Uint8Array): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(directory, name);
    const file = statSync(path, { throwIfNoEntry: false });
    return file?.isFile() === true && readFileSync(path).includes(wanted);
  });
}
