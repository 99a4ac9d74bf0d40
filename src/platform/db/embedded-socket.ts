import { createHash } from "node:crypto";
import { chownSync, existsSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { socketFile } from "./connection.ts";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { codeOf, isOpenToOthers, type RunAs } from "./embedded-process.ts";

export type SocketAddress = { readonly directory: string; readonly port: number };

const port = 5432;
/** sun_path holds 104 bytes on macOS and 108 on Linux, with the closing NUL. */
const maxPathBytes = 103;

/**
 * Makes the directory for the socket of `dataDir`: short, because a socket's path is limited and a data directory's
 * is not, and for one user only. `as` may have to walk there.
 */
export function openSocketDirectory(dataDir: string, as: RunAs): SocketAddress {
  const name = `fintrack-${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}`;
  const base = [tmpdir(), "/tmp"].find(
    (path) =>
      Buffer.byteLength(socketFile(join(path, name), port)) <= maxPathBytes &&
      existsSync(path) &&
      (as === null || isOpenToOthers(path)),
  );
  if (base === undefined)
    throw new EmbeddedPostgresError(
      `PostgreSQL's socket finds no place: ${tmpdir()} and /tmp are missing, closed or too long.`,
    );
  const directory = join(base, name);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  // Ours since just now, or since a start that died before it handed the directory over.
  if (as && lstatSync(directory).uid === process.getuid?.()) chownSync(directory, as.uid, as.gid);
  assertPrivate(directory, as);
  return { directory, port };
}

/** Refuses a directory in which somebody else could have put a socket that asks for our passwords. */
export function assertPrivate(directory: string, as: RunAs): void {
  const expected = as?.uid ?? process.getuid?.();
  const found = lstatSync(directory);
  if (found.isDirectory() && found.uid === expected && (found.mode & 0o077) === 0) return;
  throw new EmbeddedPostgresError(
    `${directory} should be a directory that only user ${expected} can enter; somebody else may have made it. ` +
      "Remove it, or set TMPDIR to a directory of your own.",
  );
}
