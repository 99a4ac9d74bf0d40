import type { S3Config } from "#platform/config";
import { createS3Client, type S3Limits, s3Limits } from "#platform/storage/s3-client";
import { createS3Store } from "#platform/storage/s3-store";

export type S3Warning = Readonly<Record<string, unknown>>;

/** Gives up as soon as it may. */
export const hastyLimits: S3Limits = {
  ...{ answerMs: 700, transferMs: 700, idleMs: 700, pausesMs: [5, 5] },
};

/** A store in the first of the buckets. `warnings` is what it logged. */
export function openS3Store(s3: S3Config, limits: S3Limits = s3Limits) {
  const warnings: S3Warning[] = [];
  const client = createS3Client({ s3, bucket: s3.bucket, fetch: globalThis.fetch, limits });
  const store = createS3Store({
    client,
    logger: { warn: (fields) => void warnings.push(fields) },
    newName: () => crypto.randomUUID(),
    nowMs: () => Date.now(),
  });
  return {
    ...{ ...store, client, warnings },
    async bytes(key: string) {
      const found = await store.get(key);
      return found && new Uint8Array(Buffer.concat(await Array.fromAsync(found.chunks)));
    },
  };
}
