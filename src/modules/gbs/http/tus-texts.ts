import type {
  RequestHeader,
  RequestHeaders,
  ResponseHeader,
  ResponseHeaders,
} from "#platform/http/header-texts";
import { segmentBytes } from "../bounds.ts";
import { leastAppend, tusExtensions, tusVersion } from "./tus.ts";

/** What the API's description says of the headers of tus 1.0.0, for whoever writes a client by it. */

const version = { type: "string", enum: [tusVersion], example: tusVersion } as const;
const bytes = (example: number, minimum = 0, maximum = 999_999_999_999_999) =>
  ({ type: "integer", minimum, maximum, example: Math.min(example, maximum) }) as const;
const text = (example: string) => ({ type: "string", example }) as const;

const tusResumable: RequestHeader = {
  description: "The version of tus that you speak. Another one, or none, is 412.",
  ...{ required: true, schema: version },
};
const uploadLength = (maxBytes: number): RequestHeader => ({
  description: "Bytes of the whole recording, at most `Tus-Max-Size`. It is never told later.",
  ...{ required: true, schema: bytes(52_428_800, 1, maxBytes) },
});
const uploadMetadata: RequestHeader = {
  description: "What clients of tus send of their own accord. Read by nobody and not kept.",
  schema: text("filename dmlkZW8ubXA0"),
};
const uploadOffset: RequestHeader = {
  description: "Where the first byte of the body belongs: what the last answer said.",
  ...{ required: true, schema: bytes(4_194_304) },
};

export const tusRequest = { "Tus-Resumable": tusResumable } as const satisfies RequestHeaders;
export const tusCreation = (maxBytes: number): RequestHeaders => ({
  ...tusRequest,
  "Upload-Length": uploadLength(maxBytes),
  "Upload-Metadata": uploadMetadata,
});
export const tusPatch: RequestHeaders = { ...tusRequest, "Upload-Offset": uploadOffset };

const onlyOn = (statuses: readonly number[], headers: HeaderTexts): ResponseHeaders =>
  Object.fromEntries(
    Object.entries(headers).map(([name, header]) => [name, { ...header, statuses }]),
  );
/** They are on every answer; described where somebody looks for them. */
const spoken = (status: number): ResponseHeaders =>
  onlyOn([status, 412], {
    "Tus-Resumable": {
      description: "The version of tus that we speak. On every answer.",
      schema: version,
    },
    "Tus-Version": {
      description: "All versions of tus that we speak. On every answer.",
      schema: version,
    },
  });

type HeaderText = Omit<ResponseHeader, "statuses">;
type HeaderTexts = Readonly<Record<string, HeaderText>>;
const uploadLimit: HeaderText = {
  description: `The least that one request may append, in bytes: ${segmentBytes}, or all that is left. Bytes become durable by so much.`,
  schema: text(leastAppend),
};
const going: HeaderTexts = {
  "Upload-Offset": {
    description: "Bytes that are durable: go on there.",
    schema: bytes(4_194_304),
  },
  "Upload-Length": { description: "Bytes of the whole recording.", schema: bytes(52_428_800, 1) },
  "Upload-Expires": {
    description: "All bytes are there before, as an HTTP date (RFC 9110, 5.6.7).",
    schema: text("Tue, 24 Nov 2026 09:30:00 GMT"),
  },
};

/** By the status of a success. */
export const tusAnswer = spoken;
export const tusGoing = (status: number): ResponseHeaders => ({
  ...spoken(status),
  ...onlyOn([status], { ...going, "Upload-Limit": uploadLimit }),
});
export const tusBegun: ResponseHeaders = {
  ...tusGoing(201),
  ...onlyOn([201], {
    Location: {
      description: "The address of the upload, from the root of this server.",
      schema: text("/v1/evidence-uploads/01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"),
    },
  }),
};
export const tusAbilities: ResponseHeaders = {
  ...spoken(204),
  ...onlyOn([204], {
    "Tus-Extension": {
      description: "What we do besides the core of tus.",
      schema: text(tusExtensions),
    },
    "Tus-Max-Size": { description: "Bytes that a recording may have.", schema: bytes(524_288_000) },
    "Upload-Limit": uploadLimit,
  }),
};

const wrongVersion = "`Tus-Resumable` is missing or names another version.";
const ended =
  "The upload has ended without a recording: its time is over, it was cancelled, or what came is no video. Begin a new one.";
export const tusProblems = { 412: wrongVersion } as const;
export const tusEnded = { ...tusProblems, 410: ended } as const;
export const tusBeginProblems = {
  ...tusProblems,
  409: "Nothing is to be recorded of this debt now (`gbs.not_possible_now`), or the sentence is of another day (`gbs.sentence_expired`): draw another one, and record that. Or the same Idempotency-Key is at work.",
  413: "`Upload-Length` is more than `Tus-Max-Size`.",
  422: "`Upload-Length` is missing or no whole number of bytes; `errors` names it.",
  429: "Two uploads are open, or too many were begun today.",
} as const;
export const tusPatchProblems = {
  ...tusEnded,
  409: "`gbs.upload_offset_differs`: it goes on elsewhere, at `meta.offset`. `gbs.upload_busy`: another request is sending; wait for `Retry-After`, and ask with HEAD. `gbs.upload_diverged`: these are other bytes than were sent there before; the upload has ended, begin a new one.",
  413: "More bytes than the recording has.",
  415: "The body is not `application/offset+octet-stream`.",
  422: "`Upload-Offset` is missing, or `Content-Length` says less than one request may append (`Upload-Limit`); `errors` names the header. Or the bytes are no video (`gbs.not_a_video`), and the upload has ended.",
} as const;
