import { createHash } from "node:crypto";
import {
  manifestFile,
  parseManifest,
  SnapshotError,
  type SnapshotManifest,
} from "../db/snapshot-manifest.ts";
import { type BackupSummary, backupFormat, summaryFile } from "./archive.ts";
import { BackupError } from "./errors.ts";
import type { OpenBackup } from "./open-backup.ts";
import { type ArchivedFile, readFiles, readText } from "./read-archive.ts";
import type { BackupFile } from "./store.ts";

/** What a backup holds, every byte of which was read and is what was written. */
export type VerifiedBackup = {
  readonly summary: BackupSummary;
  readonly main: SnapshotManifest;
  readonly log: SnapshotManifest | null;
};

/** Compares the whole file with the sum beside it; false = there is none. Throws {@link BackupError}. */
export async function verifyChecksum(file: BackupFile): Promise<boolean> {
  const expected = await file.checksum();
  if (expected === null) return false;
  const hash = createHash("sha256");
  for await (const chunk of file.read()) hash.update(chunk);
  if (hash.digest("hex") !== expected)
    throw new BackupError(
      `${file.name} is not what its checksum was made from: it is damaged, cut off or another file.`,
    );
  return true;
}

/** Reads all of it, and touches nothing. Throws {@link BackupError}. */
export async function verifyBackup(backup: OpenBackup): Promise<VerifiedBackup> {
  const sums = new Map<string, Sum>();
  const manifests = new Map<string, SnapshotManifest>();
  let objects = 0;
  let summary: BackupSummary | undefined;
  for await (const file of readFiles(backup.archive())) {
    const { name } = file;
    if (summary) throw unexpected(name);
    const directory = name.slice(0, Math.max(0, name.indexOf("/")));
    if (name === summaryFile) summary = await readSummary(file);
    else if (name === `${directory}/${manifestFile}`) {
      const manifest = await readManifestFile(file);
      compare(directory, manifest, sums);
      manifests.set(directory, manifest);
    } else if (/^objects\/\d+\.key$/.test(name)) continue;
    else if (/^objects\/\d+\.sum$/.test(name)) {
      objects += 1;
      const data = name.slice(0, -".sum".length);
      compareObject(await readText(file), sums.get(data) ?? emptySum(), name);
      sums.delete(data);
    } else if (/^(main|log|objects)\//.test(name)) sums.set(name, await sumOf(file.chunks));
    else throw unexpected(name);
  }
  const [main, log] = [manifests.get("main"), manifests.get("log") ?? null];
  if (!summary || !main)
    throw new BackupError("The backup is cut off: its last files are missing.");
  const [left] = sums.keys();
  if (left !== undefined) throw unexpected(left);
  if ((log !== null) !== summary.log || objects !== (summary.objects ?? 0))
    throw new BackupError("The backup is damaged: it lacks what it says it holds.");
  return { summary, main, log };
}

const unexpected = (name: string) =>
  new BackupError(`The backup is damaged: ${name} does not belong there.`);
const differs = (name: string) =>
  new BackupError(`The backup is damaged: ${name} is not what was written.`);

export type Sum = { readonly sizeBytes: number; readonly sha256: string };

async function sumOf(chunks: AsyncIterable<Uint8Array>): Promise<Sum> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    sizeBytes += chunk.length;
  }
  return { sizeBytes, sha256: hash.digest("hex") };
}

const emptySum = (): Sum => ({ sizeBytes: 0, sha256: createHash("sha256").digest("hex") });

/** Of each table; what was compared is taken out, so that what is left over is found. */
function compare(directory: string, manifest: SnapshotManifest, sums: Map<string, Sum>): void {
  for (const { file, sizeBytes, sha256 } of manifest.tables) {
    const name = `${directory}/${file}`;
    const sum = sums.get(name) ?? emptySum();
    sums.delete(name);
    if (sum.sizeBytes !== sizeBytes || sum.sha256 !== sha256) throw differs(name);
  }
}

function compareObject(text: string, sum: Sum, name: string): void {
  const stated = parse(text, name);
  if (stated["sizeBytes"] !== sum.sizeBytes || stated["sha256"] !== sum.sha256) throw differs(name);
}

async function readManifestFile(file: ArchivedFile): Promise<SnapshotManifest> {
  const text = await readText(file);
  try {
    return parseManifest(text, file.name);
  } catch (error) {
    throw error instanceof SnapshotError ? error : differs(file.name);
  }
}

async function readSummary(file: ArchivedFile): Promise<BackupSummary> {
  const read = parse(await readText(file), file.name);
  const { format, takenAt, log, objects } = read;
  if (format !== backupFormat)
    throw new BackupError(
      "The backup has a format that this release does not know. Restore it with a newer one.",
    );
  if (
    typeof takenAt !== "string" ||
    typeof log !== "boolean" ||
    !(objects === null || Number.isSafeInteger(objects))
  )
    throw differs(file.name);
  return { format, takenAt, log, objects: objects === null ? null : Number(objects) };
}

export function parse(text: string, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw differs(name);
}
