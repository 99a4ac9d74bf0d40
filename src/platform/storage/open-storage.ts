import type { Config } from "../config.ts";
import type { Ids } from "../kernel/ids.ts";
import type { Logger } from "../observability/logger.ts";
import { openDiskStorage } from "./disk-storage.ts";
import { s3Limits } from "./s3-client.ts";
import { openS3Storage } from "./s3-storage.ts";
import type { OpenStorage } from "./storage.ts";

export { StorageSetupError } from "./s3-start-check.ts";
export type { Storage } from "./storage.ts";

/** What files are kept in, and what they are made in: in S3 when that is configured, else on the disk. */
export function openStorage(deps: {
  readonly config: Pick<Config, "dataDir" | "storage">;
  readonly ids: Ids;
  readonly logger: Pick<Logger, "warn">;
}): OpenStorage {
  const { config, ids, logger } = deps;
  const { dataDir } = config;
  const { s3, volatileDir } = config.storage;
  return s3 === null
    ? { ...openDiskStorage({ dataDir, volatileDir, ids }), requireUsable: async () => {} }
    : openS3Storage({ s3, dataDir, ids, logger, fetch: globalThis.fetch, limits: s3Limits });
}
