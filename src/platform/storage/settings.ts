import { relative, resolve } from "node:path";
import type { EnvironmentReader } from "../environment.ts";

/** A server that speaks the API of Amazon S3; the bucket stands in the path. */
export type S3Config = {
  /** An origin, no trailing slash. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Of what no backup and no version may hold. */
  readonly volatileBucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

export type StorageConfig = {
  /** Of what no backup may hold. */
  readonly volatileDir: string;
  /** null = objects are files below DATA_DIR and volatileDir. */
  readonly s3: S3Config | null;
};

const s3Names = [
  ...(["S3_ENDPOINT", "S3_REGION", "S3_BUCKET", "S3_VOLATILE_BUCKET"] as const),
  ...(["S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"] as const),
];
export const storageVariables = ["VOLATILE_DIR", ...s3Names] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketPattern = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const readStorage = (read: EnvironmentReader, dataDir: string): StorageConfig => ({
  volatileDir: readVolatileDir(read, dataDir),
  s3: readS3(read),
});

function readVolatileDir(read: EnvironmentReader, dataDir: string): string {
  const directory = resolve(read.text("VOLATILE_DIR", `${dataDir}/volatile`));
  const kept = resolve(dataDir, "objects");
  // A backup may copy what lies there.
  const holds = (outer: string, inner: string) => !relative(outer, inner).startsWith("..");
  if (holds(kept, directory) || holds(directory, kept))
    read.fault("VOLATILE_DIR", "may neither hold nor lie in DATA_DIR/objects");
  return directory;
}

function readS3(read: EnvironmentReader): S3Config | null {
  const missing = s3Names.filter((name) => read.optional(name) === null);
  if (missing.length === s3Names.length) return null;
  for (const name of missing) read.fault(name, "is missing: S3 needs all of the S3_ variables");
  const matching = (name: (typeof s3Names)[number], pattern: RegExp, what: string): string => {
    const text = read.text(name, "");
    if (text !== "" && !pattern.test(text)) read.fault(name, `must be ${what}`);
    return text;
  };
  const bucketName = "3 to 63 lower-case letters, digits, hyphens and dots";
  const s3: S3Config = {
    endpoint: read.outgoingOrigin("S3_ENDPOINT") ?? "",
    region: matching("S3_REGION", /^[a-z0-9-]{1,40}$/, "like eu-central-1"),
    bucket: matching("S3_BUCKET", bucketPattern, bucketName),
    volatileBucket: matching("S3_VOLATILE_BUCKET", bucketPattern, bucketName),
    accessKeyId: matching("S3_ACCESS_KEY_ID", /^[!-~]{1,128}$/, "without spaces"),
    secretAccessKey: matching("S3_SECRET_ACCESS_KEY", /^[!-~]{1,256}$/, "without spaces"),
  };
  if (s3.bucket !== "" && s3.bucket === s3.volatileBucket)
    read.fault("S3_VOLATILE_BUCKET", "is the same as S3_BUCKET: what is volatile needs its own");
  return s3;
}
