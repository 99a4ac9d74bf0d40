import type { ReadObject } from "./object-store.ts";
import type { S3Client, S3Reading } from "./s3-client.ts";
import { isMissing, S3Failure } from "./s3-failure.ts";

/** Undefined when there is none. `failed` makes what readers are told of a failure. */
export async function readObject(
  client: S3Client,
  key: string,
  failed: (error: S3Failure) => unknown,
): Promise<ReadObject | undefined> {
  const reading = await client.read({ method: "GET", key }).catch((error: unknown) => {
    if (error instanceof S3Failure && isMissing(error, "NoSuchKey")) return undefined;
    throw error;
  });
  if (!reading) return undefined;
  const length = reading.response.headers.get("content-length") ?? "";
  if (!/^\d{1,15}$/.test(length)) {
    reading.stop();
    throw new S3Failure("GET object", 200, "NoContentLength");
  }
  const sizeBytes = Number(length);
  return {
    sizeBytes,
    chunks: chunksOf(reading, { sizeBytes, idleMs: client.limits.idleMs, failed }),
  };
}

function chunksOf(
  { response, stop }: S3Reading,
  limits: {
    readonly sizeBytes: number;
    readonly idleMs: number;
    readonly failed: (error: S3Failure) => unknown;
  },
): AsyncIterableIterator<Uint8Array> {
  const { sizeBytes, idleMs, failed } = limits;
  const reader = response.body?.getReader();
  let readBytes = 0;
  let closed = false;
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    if (!closed && readBytes < sizeBytes) {
      stop();
      await reader?.cancel().catch(() => {});
    }
    closed = true;
    return { done: true, value: undefined };
  };
  const fail = async (code: string): Promise<never> => {
    await end();
    throw failed(new S3Failure("GET object", null, code));
  };
  return {
    async next() {
      if (closed) return end();
      const timer = setTimeout(stop, idleMs);
      const read = await reader?.read().catch(() => "broken" as const);
      clearTimeout(timer);
      if (read === "broken") return fail("broken");
      if (read === undefined || read.done)
        return readBytes === sizeBytes ? end() : fail("cut short");
      readBytes += read.value.byteLength;
      return readBytes > sizeBytes ? fail("too long") : { done: false, value: read.value };
    },
    return: end,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
