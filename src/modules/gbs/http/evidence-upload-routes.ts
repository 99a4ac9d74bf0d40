import { Elysia, t } from "elysia";
import { uploadOf } from "#platform/http/exchange";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import { id } from "#platform/http/schemas";
import type { EvidenceUpload } from "../contract.ts";
import type { GbsOperations } from "../operations.ts";
import { debtParams } from "./debt-schemas.ts";
import { upload } from "./evidence-schemas.ts";
import {
  httpDate,
  leastAppend,
  readByteCount,
  requireTus,
  sentBytesOf,
  tusBytes,
  tusExtensions,
  tusHeaders,
} from "./tus.ts";
import {
  tusAbilities,
  tusAnswer,
  tusBeginProblems,
  tusBegun,
  tusCreation,
  tusEnded,
  tusGoing,
  tusPatch,
  tusPatchProblems,
  tusRequest,
} from "./tus-texts.ts";

const uploadParams = t.Object({ id: id() });
/** A line of 200 kB a second needs no more for a recording of the usual bound; a slower one comes back. */
const maxRequestMs = 3_600_000;
/** What all routes of the protocol have in common. */
const tus = { tags: ["Evidence"], headers: tusHeaders } as const;
const going = ({ offsetBytes, lengthBytes, expiresAt }: EvidenceUpload) => ({
  "upload-offset": String(offsetBytes),
  "upload-length": String(lengthBytes),
  "upload-expires": httpDate(expiresAt),
  "upload-limit": leastAppend,
});

/**
 * Recordings as they are sent: tus 1.0.0, by any client that speaks it. HEAD is answered where GET is: the router takes
 * every HEAD there.
 */
export function createEvidenceUploadRoutes(kit: HttpKit, operations: GbsOperations) {
  const { route } = kit;
  const maxSize = operations.maxRecordingBytes();
  const abilities = {
    ...{ "tus-extension": tusExtensions, "tus-max-size": String(maxSize) },
    "upload-limit": leastAppend,
  };
  return new Elysia({ name: "gbs.evidence-uploads", prefix: "/v1" })
    .use(kit.plugin)
    .options(
      "/debts/:id/evidence/uploads",
      ({ set }) => void Object.assign(set.headers, abilities),
      route({
        ...tus,
        operationId: "describeEvidenceUploads",
        summary: "What uploads of recordings can do (tus)",
        responseHeaders: tusAbilities,
        access: "public",
        limit: "read",
        params: debtParams,
        responses: { 204: t.Void() },
      }),
    )
    .post(
      "/debts/:id/evidence/uploads",
      async ({ ctx, exchange, params, request, set }) => {
        requireTus(request);
        const lengthBytes = readByteCount(request, "Upload-Length");
        const begun = await once(exchange, () =>
          operations.beginUpload(ctx, { ...params, lengthBytes }),
        );
        Object.assign(set.headers, {
          ...{ ...going(begun), location: `/v1/evidence-uploads/${begun.id}` },
        });
        return begun;
      },
      route({
        ...tus,
        operationId: "beginEvidenceUpload",
        summary: "Begin to upload the recording (tus, creation)",
        description:
          "You are the borrower, and say the last sentence that was drawn in it. MP4, QuickTime or WebM, told by its content. At most two uploads at a time; an upload has 24 hours. The body is empty: bytes follow by PATCH to `Location`, at least 4 MiB (4194304 bytes) at a time, but for the last; set your client's chunk size to that much or more, or to none. A repeat with the same Idempotency-Key is answered as the first one was, with `Upload-Offset: 0`: after one, ask with HEAD where it goes on.",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        params: debtParams,
        requestHeaders: tusCreation(maxSize),
        responses: { 201: upload },
        responseHeaders: tusBegun,
        errors: [404, 409, 412, 413],
        problemTexts: tusBeginProblems,
      }),
    )
    .options(
      "/evidence-uploads/:id",
      ({ set }) => void Object.assign(set.headers, abilities),
      route({
        ...tus,
        operationId: "describeEvidenceUpload",
        summary: "What an upload of a recording can do (tus)",
        responseHeaders: tusAbilities,
        access: "public",
        limit: "read",
        params: uploadParams,
        responses: { 204: t.Void() },
      }),
    )
    .get(
      "/evidence-uploads/:id",
      async ({ ctx, params, request, set }) => {
        if (request.method !== "HEAD") return operations.getUpload(ctx, params);
        requireTus(request);
        const resumed = await operations.resumeUpload(ctx, params);
        Object.assign(set.headers, going(resumed));
        return resumed;
      },
      route({
        ...tus,
        operationId: "getEvidenceUpload",
        summary: "How far an upload is, and what became of it",
        access: "gbs:read",
        limit: "read",
        params: uploadParams,
        responses: { 200: upload },
        responseHeaders: tusAnswer(200),
        errors: [404],
        head: {
          operationId: "resumeEvidenceUpload",
          summary: "Where an upload goes on (tus)",
          description:
            "Ask after a request that broke off, or did not say how far it came: `Upload-Offset` is what is durable, and the next PATCH begins there. No answer has a body.",
          requestHeaders: tusRequest,
          responseHeaders: tusGoing(200),
          errors: [404, 410, 412],
          problemTexts: tusEnded,
        },
      }),
    )
    .patch(
      "/evidence-uploads/:id",
      async ({ ctx, exchange, params, request, set }) => {
        requireTus(request);
        const sent = await operations.sendUpload(ctx, {
          ...params,
          offset: readByteCount(request, "Upload-Offset"),
          sentBytes: sentBytesOf(request),
          body: uploadOf(exchange),
        });
        Object.assign(set.headers, going(sent));
      },
      route({
        ...tus,
        operationId: "sendEvidenceUpload",
        summary: "Send the next bytes of a recording (tus)",
        description:
          "They become durable by segments of 4 MiB (4194304 bytes); what is no whole segment at the end of a request is forgotten, unless the recording ends with it. Send at least that much at a time, or all that is left: a shorter `Content-Length` is 422. Without `Content-Length` (chunked) as much counts as `Upload-Offset` of the answer says. A request that broke off goes on where HEAD says, with the same bytes. After the last byte the recording is read back: GET says when it has become evidence.",
        access: "gbs:write",
        limit: "read",
        params: uploadParams,
        requestHeaders: tusPatch,
        upload: {
          ...{ maxBytes: maxSize, types: [tusBytes], mayBeEmpty: true, maxMs: maxRequestMs },
          inPassing: true,
        },
        responses: { 204: t.Void() },
        responseHeaders: tusGoing(204),
        errors: [404, 409, 410, 412],
        problemTexts: tusPatchProblems,
      }),
    )
    .delete(
      "/evidence-uploads/:id",
      async ({ ctx, params, request }) => {
        requireTus(request);
        await operations.cancelUpload(ctx, params);
      },
      route({
        ...tus,
        operationId: "cancelEvidenceUpload",
        summary: "Cancel an upload (tus, termination)",
        access: "gbs:write",
        limit: "write",
        params: uploadParams,
        requestHeaders: tusRequest,
        responses: { 204: t.Void() },
        responseHeaders: tusAnswer(204),
        errors: [404, 410, 412],
        problemTexts: tusEnded,
      }),
    );
}
