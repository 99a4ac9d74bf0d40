import { readFileSync } from "node:fs";
import { AgeError } from "../age/errors.ts";
import { decryptStream } from "../age/streams.ts";
import { decompressed } from "./compression.ts";
import { BackupError } from "./errors.ts";
import type { BackupFile } from "./store.ts";

const ageSuffix = ".age";

/** The archive in a backup, as often as it is asked for. Throws {@link BackupError}. */
export type OpenBackup = { readonly name: string; archive(): AsyncIterable<Uint8Array> };

/** `identity`: "AGE-SECRET-KEY-1…", needed for an encrypted one. */
export function openBackup(file: BackupFile, identity: string | null): OpenBackup {
  const isEncrypted = file.name.endsWith(ageSuffix);
  if (isEncrypted && identity === null)
    throw new BackupError(
      `${file.name} is encrypted: name the file with its identity, --identity <file>.`,
    );
  return {
    name: file.name,
    archive: () =>
      naming(decompressed(isEncrypted ? decryptStream(file.read(), identity ?? "") : file.read())),
  };
}

/** As age-keygen writes it: the identity on a line of its own among comments. */
export function readIdentity(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new BackupError(`${path} cannot be read: it should hold the identity.`);
  }
  const lines = text.split("\n").map((line) => line.trim());
  const [identity, ...more] = lines.filter((line) => line !== "" && !line.startsWith("#"));
  if (identity === undefined || more.length > 0)
    throw new BackupError(`${path} should hold one identity of age, and nothing else.`);
  return identity;
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
