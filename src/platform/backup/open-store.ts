import type { S3Config } from "../config.ts";
import type { Ids } from "../kernel/ids.ts";
import type { Logger } from "../observability/logger.ts";
import { createDiskStore } from "../storage/disk-store.ts";
import { createS3Client, s3Limits } from "../storage/s3-client.ts";
import { createS3Store } from "../storage/s3-store.ts";
import type { BackupConfig } from "./settings.ts";
import { type BackupStore, createBackupStore } from "./store.ts";

/** What is half-written and was not written to for so long is left over from a process that died. */
const silentMs = 3_600_000;

/** The directory or the bucket for backups. */
export function openBackupStore(deps: {
  readonly config: Pick<BackupConfig, "directory" | "s3Bucket">;
  /** The server of the bucket. */
  readonly s3: S3Config | null;
  readonly ids: Ids;
  readonly logger: Pick<Logger, "warn">;
}): BackupStore {
  const { config, s3, ids, logger } = deps;
  const common = { newName: () => ids.next(), nowMs: () => Date.now() };
  if (config.s3Bucket === null || s3 === null)
    return createBackupStore(
      createDiskStore({ ...common, directory: config.directory, silentMs, overwrites: false }),
    );
  const client = createS3Client({
    ...{ s3, bucket: config.s3Bucket, fetch: globalThis.fetch, limits: s3Limits },
  });
  return createBackupStore(createS3Store({ client, logger, ...common }));
}
