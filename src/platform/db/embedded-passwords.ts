import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { EmbeddedPostgresError } from "./embedded-error.ts";

/** By the role's name in PostgreSQL. */
export type Passwords = Readonly<Record<string, string>>;

const passwordSizeBytes = 24;

/**
 * Reads the roles' passwords, and makes those that are missing. The file comes before the roles: whatever happens in
 * between, the next start makes the cluster agree with the file.
 */
export function openPasswords(file: string, roles: readonly string[]): Passwords {
  const directory = dirname(file);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const known = readPasswords(file);
  if (roles.every((role) => known[role])) return known;
  const passwords = Object.fromEntries(
    roles.map((role) => [
      role,
      known[role] ?? randomBytes(passwordSizeBytes).toString("base64url"),
    ]),
  );
  const handle = openSync(`${file}.new`, "w", 0o600);
  writeSync(handle, `${JSON.stringify(passwords, null, 2)}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.new`, file);
  return passwords;
}

function readPasswords(file: string): Passwords {
  if (!existsSync(file)) return {};
  chmodSync(file, 0o600);
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new EmbeddedPostgresError(
      `${file} is not readable as JSON. Remove it: new passwords are made, and no data is lost.`,
    );
  }
}
