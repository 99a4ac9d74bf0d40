import { readFileSync } from "node:fs";
import { AgeError } from "../age/errors.ts";
import { decryptStream } from "../age/streams.ts";
import type { Terminal } from "../terminal.ts";
import { decompressed } from "./compression.ts";
import { BackupError } from "./errors.ts";
import type { BackupFile } from "./store.ts";

const ageSuffix = ".age";
/** Of what comes through a pipe, comments included. */
const maxIdentityLines = 100;

/** The archive in a backup, as often as it is asked for. Throws {@link BackupError}. */
export type OpenBackup = { readonly name: string; archive(): AsyncIterable<Uint8Array> };

/** `identity`: "AGE-SECRET-KEY-1…", needed for an encrypted one. */
export function openBackup(file: BackupFile, identity: string | null): OpenBackup {
  const isEncrypted = file.name.endsWith(ageSuffix);
  if (isEncrypted && identity === null)
    throw new BackupError(
      `${file.name} is encrypted: name the file with its identity, --identity <file>, or "-" for standard input.`,
    );
  return {
    name: file.name,
    archive: () =>
      naming(decompressed(isEncrypted ? decryptStream(file.read(), identity ?? "") : file.read())),
  };
}

/** Instead of a file: standard input, so that nobody else need be able to read the file. */
const standardInput = "-";

/** As age-keygen writes it: the identity on a line of its own among comments. `path` "-" is asked of the terminal. */
export async function readIdentity(path: string, terminal: Terminal): Promise<string> {
  const text = path === standardInput ? await askIdentity(terminal) : readIdentityFile(path);
  const lines = text.split("\n").map((line) => line.trim());
  const [identity, ...more] = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (identity === undefined || more.length > 0)
    throw new BackupError(`${path} should hold one identity of age, and nothing else.`);
  return identity;
}

function readIdentityFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new BackupError(
      `${path} cannot be read: it should hold the identity. Whoever may read it can give it here: --identity - < ${path}`,
    );
  }
}

/** A person types one line; of a pipe all are read. */
async function askIdentity(terminal: Terminal): Promise<string> {
  const lines: string[] = [];
  for (;;) {
    const line = await terminal.askSecretly("Identity (AGE-SECRET-KEY-…): ");
    if (line === null) break;
    lines.push(line);
    if (terminal.isInteractive || lines.length === maxIdentityLines) break;
  }
  return lines.join("\n");
}

const wordsOf: Partial<Record<AgeError["code"], string>> = {
  no_match: "is encrypted to somebody else: this identity does not open it",
  identity_invalid: "cannot be opened: the identity file holds no X25519 identity of age",
  truncated: "is cut off",
};

/** What is wrong, in words for whoever restores. */
async function* naming(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* source;
  } catch (error) {
    if (error instanceof AgeError)
      throw new BackupError(`The backup ${wordsOf[error.code] ?? "is damaged: not authentic"}.`, {
        cause: error,
      });
    if (isZstdError(error))
      throw new BackupError("The backup is damaged: it cannot be decompressed.", { cause: error });
    throw error;
  }
}

const isZstdError = (error: unknown): boolean =>
  error instanceof Error &&
  "code" in error &&
  typeof error.code === "string" &&
  /^(ZSTD_|Z_)/.test(error.code);
