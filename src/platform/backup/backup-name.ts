import { type Instant, isInstant } from "../kernel/time.ts";

/** "fintrack-20261123T030000123Z-log-objects.tar.zst.age"; the moment is the one that the backup shows. */
const namePattern =
  /^fintrack-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(\d{3})Z(-log)?(-objects)?\.tar\.zst(?:\.age)?$/;

/** What a backup holds beside MainDB; earlier releases did not write it into names: it reads as nothing then. */
export type BackupParts = { readonly log: boolean; readonly objects: boolean };
/** What every name begins with. */
export const namePrefix = "fintrack-";

export const backupName = (
  takenAt: Instant,
  { log, objects, isEncrypted }: BackupParts & { readonly isEncrypted: boolean },
): string =>
  `${namePrefix}${takenAt.replace(/[-:.]/g, "")}${log ? "-log" : ""}${objects ? "-objects" : ""}.tar.zst${isEncrypted ? ".age" : ""}`;

/** Null for what is no name of a backup. */
export function readBackupName(name: string): (BackupParts & { takenAt: Instant }) | null {
  const match = namePattern.exec(name);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, ms, log, objects] = match;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`;
  return isInstant(text)
    ? { takenAt: text as Instant, log: log !== undefined, objects: objects !== undefined }
    : null;
}

/** Beside the file, in the format of `sha256sum`: "<hex>  <name>". */
export const checksumName = (name: string): string => `${name}.sha256`;
export const checksumLine = (name: string, sha256: string): string => `${sha256}  ${name}\n`;
/** The digest; null when the text is no such line. */
export const readChecksum = (text: string): string | null =>
  /^([0-9a-f]{64})[ ][ *][^\n]+\n?$/.exec(text)?.[1] ?? null;
