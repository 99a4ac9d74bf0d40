import type { Logger } from "../observability/logger.ts";
import { storageFailure, storing } from "./errors.ts";
import { requireBounded, requireKey, requirePrefix } from "./object-key.ts";
import { type ObjectPart, openParts } from "./object-parts.ts";
import type { ListedObject, ObjectStore } from "./object-store.ts";
import type { S3Client } from "./s3-client.ts";
import { isFull, isMissing, S3Failure } from "./s3-failure.ts";
import { readObject } from "./s3-read.ts";
import { abandonStale, uploadParts } from "./s3-upload.ts";
import { listAt, parseXml, textAt } from "./s3-xml.ts";

/** Larger objects are sent in parts of this, which is the least that S3 takes; it takes 10,000 of them. */
const partBytes = 5 * 1024 * 1024;
/** Up to this a store that works needs no longer than for an answer. */
const quickBytes = 256 * 1024;
const deletedAtOnce = 16;
/** Somebody may put the object anew while it is being deleted; not this often. */
const maxDeletions = 3;
const sweepMs = 3_600_000;

/** Objects in one bucket. What an upload that was killed has left is given up after a day (s3-upload.ts). */
export function createS3Store(deps: {
  readonly client: S3Client;
  readonly logger: Pick<Logger, "warn">;
  /** Unique to each call. */
  readonly newName: () => string;
  readonly nowMs: () => number;
}): ObjectStore {
  const { client, logger, newName, nowMs } = deps;
  let sweptMs = Number.NEGATIVE_INFINITY;

  function failed(failure: S3Failure): Error {
    const { status, code, message } = failure;
    logger.warn(
      { bucket: client.bucket, status, code, reason: message },
      "the object store failed",
    );
    return storageFailure(isFull(failure) ? "ENOSPC" : null, failure);
  }
  async function asking<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await storing(work);
    } catch (error) {
      throw error instanceof S3Failure ? failed(error) : error;
    }
  }
  async function sweep(): Promise<void> {
    if (nowMs() - sweptMs < sweepMs) return;
    sweptMs = nowMs();
    // Not every server can tell of uploads; whoever stores something is not to fail for that.
    await abandonStale(client, nowMs()).catch(() => {});
  }

  return {
    async put(key, source) {
      requireKey(key);
      return asking(async () => {
        const { parts, whole } = openParts(source, partBytes);
        try {
          const ahead = await firstTwo(parts);
          if (ahead.length > 1)
            await uploadParts(client, { key, mark: newName() }, onwards(ahead, parts));
          else for (const only of ahead) await putWhole(client, key, only);
          await sweep();
          return whole();
        } finally {
          await parts.return();
        }
      });
    },

    async get(key) {
      requireKey(key);
      return asking(() => readObject(client, key, failed));
    },

    async delete(keys) {
      requireBounded(keys.length);
      keys.forEach(requireKey);
      return asking(async () => {
        for (let at = 0; at < keys.length; at += deletedAtOnce) {
          const deletions = keys.slice(at, at + deletedAtOnce).map((key) => remove(client, key));
          for (const deletion of await Promise.allSettled(deletions))
            if (deletion.status === "rejected") throw deletion.reason;
        }
      });
    },

    async list(prefix, { after = "", limit }) {
      requireBounded(limit);
      requirePrefix(prefix);
      return asking(async () => {
        const found: ListedObject[] = [];
        for (let more = true; more && found.length < limit; ) {
          const from = found.at(-1)?.key ?? after;
          const page = await listPage(client, { prefix, after: from, limit: limit - found.length });
          found.push(...page.objects);
          more = page.more && page.objects.length > 0;
        }
        return found;
      });
    },
  };
}

async function putWhole(
  { ask, limits }: S3Client,
  key: string,
  { bytes, sha256 }: ObjectPart,
): Promise<void> {
  const timeoutMs = bytes.byteLength > quickBytes ? limits.transferMs : limits.answerMs;
  await ask({ method: "PUT", key, body: bytes, sha256, timeoutMs });
}

/** Gone once the store has said so when asked again. */
async function remove(client: S3Client, key: string): Promise<void> {
  for (let deletion = 1; deletion <= maxDeletions; deletion += 1) {
    await client.ask({ method: "DELETE", key }).catch((error: unknown) => {
      if (!(error instanceof S3Failure && isMissing(error, "NoSuchKey"))) throw error;
    });
    if (!(await isThere(client, key))) return;
  }
  throw new S3Failure("DELETE object", 200, "StillThere");
}

async function isThere(client: S3Client, key: string): Promise<boolean> {
  try {
    await client.ask({ method: "HEAD", key });
    return true;
  } catch (error) {
    if (error instanceof S3Failure && error.status === 404) return false;
    throw error;
  }
}

type Page = { readonly objects: readonly ListedObject[]; readonly more: boolean };

async function listPage(
  client: S3Client,
  { prefix, after, limit }: { prefix: string; after: string; limit: number },
): Promise<Page> {
  const query = { "list-type": "2", prefix, "max-keys": `${limit}` };
  const { text } = await client.ask({
    method: "GET",
    query: after === "" ? query : { ...query, "start-after": after },
  });
  const root = "ListBucketResult";
  const document = parseXml(text);
  const truncated = textAt(document, root, "IsTruncated");
  if (truncated === undefined) throw new S3Failure("GET bucket list-type", 200, "NoList");
  const objects = listAt(document, root, "Contents").map((entry) => {
    const [key, size] = [textAt(entry, "Key"), textAt(entry, "Size")];
    const modifiedMs = Date.parse(textAt(entry, "LastModified") ?? "");
    if (!key || size === undefined || !/^\d{1,15}$/.test(size) || Number.isNaN(modifiedMs))
      throw new S3Failure("GET bucket list-type", 200, "NoList");
    return { key, sizeBytes: Number(size), modifiedMs };
  });
  return { objects, more: truncated === "true" };
}

/** Whether there is a second part decides how an object is stored. */
async function firstTwo(parts: AsyncIterator<ObjectPart>): Promise<ObjectPart[]> {
  const [first, second] = [await parts.next(), await parts.next()];
  return [first, second].flatMap((part) => (part.done ? [] : [part.value]));
}

/** Keeps none of what it has handed on. */
async function* onwards<T>(ahead: T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) yield next;
  yield* rest;
}
