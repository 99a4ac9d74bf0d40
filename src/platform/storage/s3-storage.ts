import { join } from "node:path";
import type { S3Config } from "../config.ts";
import type { Fetch } from "../http/outgoing.ts";
import type { Ids } from "../kernel/ids.ts";
import type { Logger } from "../observability/logger.ts";
import { createS3Client, type S3Limits } from "./s3-client.ts";
import { requireUsableBuckets } from "./s3-start-check.ts";
import { createS3Store } from "./s3-store.ts";
import { createScratchSpace } from "./scratch.ts";
import type { OpenStorage } from "./storage.ts";

/** Objects and volatile ones in a bucket each; what is being made stays on this machine, in `scratch` below `dataDir`. */
export function openS3Storage(deps: {
  readonly s3: S3Config;
  readonly dataDir: string;
  readonly ids: Ids;
  readonly logger: Pick<Logger, "warn">;
  readonly fetch: Fetch;
  readonly limits: S3Limits;
}): OpenStorage {
  const { s3, dataDir, ids, logger, fetch, limits } = deps;
  const common = { newName: () => ids.next(), nowMs: () => Date.now() };
  const objects = createS3Client({ s3, bucket: s3.bucket, fetch, limits });
  const volatile = createS3Client({ s3, bucket: s3.volatileBucket, fetch, limits });
  return {
    objects: createS3Store({ client: objects, logger, ...common }),
    volatile: createS3Store({ client: volatile, logger, ...common }),
    scratch: createScratchSpace({ directory: join(dataDir, "scratch"), ...common }),
    requireUsable: () => requireUsableBuckets({ objects, volatile }),
  };
}
