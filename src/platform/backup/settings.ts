import { relative, resolve } from "node:path";
import { maxRecipients } from "../age/header.ts";
import { holdsAgeIdentity, isRecipient } from "../age/identities.ts";
import type { EnvironmentReader } from "../environment.ts";
import { isTimeZone } from "../kernel/zone-day.ts";
import { bucketPattern } from "../storage/settings.ts";
import type { DailyTime } from "./due.ts";

export type BackupConfig = {
  /** Where backups are kept unless there is a bucket for them. */
  readonly directory: string;
  /** On the server of the S3_ variables; null = the directory. */
  readonly s3Bucket: string | null;
  /** X25519 recipients of age, each of whom can open every backup alone. */
  readonly recipients: readonly string[];
  /** Whether a backup without recipients is made at all. */
  readonly allowPlaintext: boolean;
  /** LogDB as well. */
  readonly logDatabase: boolean;
  /** Stored files as well, volatile ones never. */
  readonly objects: boolean;
  readonly daily: DailyTime;
};

export const backupVariables = [
  "BACKUP_DIR",
  "BACKUP_S3_BUCKET",
  "BACKUP_RECIPIENTS",
  "BACKUP_ALLOW_PLAINTEXT",
  "BACKUP_LOG_DATABASE",
  "BACKUP_OBJECTS",
  "BACKUP_TIME",
  "BACKUP_ZONE",
] as const;

export function readBackup(
  read: EnvironmentReader,
  given: {
    readonly dataDir: string;
    readonly production: boolean;
    /** The buckets of stored files; null = they are on disk. */
    readonly s3: { readonly bucket: string; readonly volatileBucket: string } | null;
  },
): BackupConfig {
  const isOn = (name: string) => read.oneOf(name, ["on", "off"] as const, "off") === "on";
  const insists = read.oneOf("BACKUP_ALLOW_PLAINTEXT", ["1", "0"] as const, "0") === "1";
  const directory = resolve(read.text("BACKUP_DIR", `${given.dataDir}/backups`));
  // It would hold itself.
  if (!relative(resolve(given.dataDir, "objects"), directory).startsWith(".."))
    read.fault("BACKUP_DIR", "may not lie in DATA_DIR/objects");
  return {
    directory,
    s3Bucket: readBucket(read, given.s3),
    recipients: readRecipients(read),
    allowPlaintext: insists || !given.production,
    logDatabase: isOn("BACKUP_LOG_DATABASE"),
    objects: isOn("BACKUP_OBJECTS"),
    daily: readDaily(read),
  };
}

function readRecipients(read: EnvironmentReader): readonly string[] {
  const recipients = read.list("BACKUP_RECIPIENTS") ?? [];
  if (recipients.some(holdsAgeIdentity))
    read.fault(
      "BACKUP_RECIPIENTS",
      "holds an identity (AGE-SECRET-KEY-…): that one stays away from the server, and belongs to nobody any more now",
    );
  else if (!recipients.every(isRecipient) || recipients.length > maxRecipients)
    read.fault(
      "BACKUP_RECIPIENTS",
      `may list up to ${maxRecipients} X25519 recipients of age ("age1…"), separated by commas`,
    );
  return recipients;
}

function readBucket(
  read: EnvironmentReader,
  s3: { readonly bucket: string; readonly volatileBucket: string } | null,
): string | null {
  const bucket = read.optional("BACKUP_S3_BUCKET");
  if (bucket === null) return null;
  if (!bucketPattern.test(bucket)) read.fault("BACKUP_S3_BUCKET", "must be the name of a bucket");
  if (s3 === null) read.fault("BACKUP_S3_BUCKET", "needs all of the S3_ variables");
  else if ([s3.bucket, s3.volatileBucket].includes(bucket))
    read.fault("BACKUP_S3_BUCKET", "is a bucket of stored files: backups need their own");
  return bucket;
}

function readDaily(read: EnvironmentReader): DailyTime {
  const zone = read.text("BACKUP_ZONE", "UTC");
  if (!isTimeZone(zone)) read.fault("BACKUP_ZONE", 'must be a time zone like "Europe/Istanbul"');
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(read.text("BACKUP_TIME", "03:00"));
  if (!match) read.fault("BACKUP_TIME", 'must be a time of day like "03:00"');
  return { hour: Number(match?.[1] ?? 3), minute: Number(match?.[2] ?? 0), zone };
}
