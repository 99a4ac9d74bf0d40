import { createHash } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import type { S3Config } from "../config.ts";
import type { Fetch } from "../http/outgoing.ts";
import { isPassing, S3Failure } from "./s3-failure.ts";
import { errorCodeOf } from "./s3-xml.ts";

export type S3Limits = {
  /** From the first byte sent to the answer, and to its end where the answer is small. */
  readonly answerMs: number;
  /** The same of a request that sends a part of an object. */
  readonly transferMs: number;
  /** Between two pieces of an object that is read. */
  readonly idleMs: number;
  /** Before the second try, the third, and so on. */
  readonly pausesMs: readonly number[];
};

/** A store that does not answer fails a request in half a minute, that of a large part in three; one that refuses, in two seconds. */
export const s3Limits: S3Limits = {
  answerMs: 10_000,
  transferMs: 60_000,
  idleMs: 30_000,
  pausesMs: [200, 1_000],
};

/** A list of a thousand keys with all that is told of them is a tenth of this. */
const maxAnswerBytes = 4 * 1024 * 1024;

export type S3Request = {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Left out = the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Of the body, hex; left out, it is computed. */
  readonly sha256?: string;
  readonly timeoutMs?: number;
  /** False: asked twice it would do something twice. */
  readonly repeatable?: boolean;
};

export type S3Answer = { readonly headers: Headers; readonly text: string };
/** `stop` ends it before it was read to its end. */
export type S3Reading = { readonly response: Response; stop(): void };

/**
 * Signed requests (AWS Signature Version 4) to one bucket, which stands in the path. Each has a time limit, and is made
 * again a few times when the failure may pass. Anything but 2xx is an {@link S3Failure}; no redirect is followed.
 */
export type S3Client = {
  readonly bucket: string;
  readonly limits: S3Limits;
  ask(request: S3Request): Promise<S3Answer>;
  /** For what is read piece by piece: resolves with the headers. */
  read(request: S3Request): Promise<S3Reading>;
};

export function createS3Client(deps: {
  readonly s3: Pick<S3Config, "endpoint" | "region" | "accessKeyId" | "secretAccessKey">;
  readonly bucket: string;
  readonly fetch: Fetch;
  readonly limits: S3Limits;
}): S3Client {
  const { s3, bucket, limits } = deps;
  const signingKeys = new Map<string, ArrayBuffer>();

  async function send(request: S3Request, signal: AbortSignal): Promise<Response> {
    const { method, key, query, body = new Uint8Array() } = request;
    const url = new URL(`${s3.endpoint}/${bucket}${key === undefined ? "" : `/${key}`}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const signed = await new AwsV4Signer({
      ...{ method, url: url.href, service: "s3", region: s3.region, cache: signingKeys },
      ...{ accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
      headers: {
        ...request.headers,
        "x-amz-content-sha256": request.sha256 ?? createHash("sha256").update(body).digest("hex"),
      },
    }).sign();
    return deps.fetch(signed.url.href, {
      ...{ method, headers: signed.headers, signal, redirect: "manual" },
      ...(method === "PUT" || method === "POST" ? { body } : {}),
    });
  }

  /** One try: `use` of the answer is within the time limit as well. */
  async function attempt<T>(
    request: S3Request,
    use: (response: Response, abort: AbortController) => Promise<T>,
  ): Promise<T> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), request.timeoutMs ?? limits.answerMs);
    try {
      const response = await send(request, abort.signal);
      if (response.ok) return await use(response, abort);
      const code = errorCodeOf(await boundedText(response));
      throw new S3Failure(nameOf(request), response.status, code);
    } catch (error) {
      if (error instanceof S3Failure) throw error;
      throw new S3Failure(nameOf(request), null, abort.signal.aborted ? "timeout" : codeOf(error));
    } finally {
      clearTimeout(timer);
    }
  }

  async function repeated<T>(request: S3Request, once: () => Promise<T>): Promise<T> {
    const pauses = request.repeatable === false ? [] : limits.pausesMs;
    for (const pauseMs of pauses)
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof S3Failure) || !isPassing(error)) throw error;
        await Bun.sleep(pauseMs);
      }
    return once();
  }

  return {
    ...{ bucket, limits },
    ask: (request) =>
      repeated(request, () =>
        attempt(request, async (response) => ({
          headers: response.headers,
          text: await boundedText(response),
        })),
      ),
    read: (request) =>
      repeated(request, () =>
        attempt(request, async (response, abort) => ({ response, stop: () => abort.abort() })),
      ),
  };
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size).toString();
}

/** For the log: "GET object", "PUT object partNumber uploadId". No key, no value. */
const nameOf = ({ method, key, query }: S3Request): string =>
  [method, key === undefined ? "bucket" : "object", ...Object.keys(query ?? {})].join(" ");

/** Bun's own errors repeat the address; their codes do not. */
const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "broken";
