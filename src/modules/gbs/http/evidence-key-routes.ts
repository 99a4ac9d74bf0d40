import { Elysia, t } from "elysia";
import { download } from "#platform/http/download";
import { once } from "#platform/http/idempotency";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { debtParams } from "./debt-schemas.ts";
import {
  acknowledgedKey,
  keyBody,
  orderedCheck,
  proofBody,
  provenRecipient,
  recipientBody,
  recipientChallenge,
  revealedKey,
} from "./evidence-key-schemas.ts";
import { startedPlayback } from "./playback-schemas.ts";
import { playbackCookie } from "./playback-token.ts";

const tags = ["Evidence"];
const pdf = "application/pdf";
const age = "application/octet-stream";
const ofDebt = { tags, params: debtParams, errors: [404, 409] } as const;
/** Each of these tries a key, or makes one: slow on purpose, and counted. */
const keyed = { ...ofDebt, access: "gbs:write", limit: "credentials" } as const;

/** How the recording that binds a debt comes into the hands of its lender, and what he does with it. */
export const createEvidenceKeyRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.evidence-keys", prefix: "/v1/debts/:id/evidence" })
    .use(plugin)
    .post(
      "/key",
      ({ ctx, exchange, params }) => once(exchange, () => operations.revealKey(ctx, params)),
      route({
        ...keyed,
        operationId: "revealEvidenceKey",
        summary: "Show the lender a key to the recording",
        description:
          "A new one each time, shown once; keys shown before it open nothing any more. If the answer is lost, ask again. The recording is sealed when you have typed the key back. Neither the key nor a copy of it is kept anywhere.",
        stepUp: true,
        idempotent: true,
        secret: true,
        responses: { 201: revealedKey },
      }),
    )
    .post(
      "/key-card",
      async ({ ctx, exchange, params, body }) =>
        download(exchange, {
          ...(await operations.printKey(ctx, { ...params, ...body })),
          type: pdf,
        }),
      route({
        ...keyed,
        operationId: "printEvidenceKey",
        summary: "A page with the key, to print",
        description:
          "A PDF with the key in letters and as a QR code, and how the recording is opened with it without FinTrack. It is made of the key that you send, which has to be the last one, and forgotten.",
        secret: true,
        body: keyBody,
        mediaType: pdf,
        responses: { 200: t.String() },
      }),
    )
    .post(
      "/key-acknowledgement",
      ({ ctx, params, body }) => operations.acknowledgeKey(ctx, { ...params, ...body }),
      route({
        ...keyed,
        operationId: "acknowledgeEvidenceKey",
        summary: "Type the key back: then ours is destroyed",
        description:
          "The key has to open the recording. A moment later nobody else can, we least of all, and both parties get a message. Afterwards it tells you whether a key is the right one. After a wrong key you have to wait, longer each time.",
        body: keyBody,
        responses: { 200: acknowledgedKey },
      }),
    )
    .post(
      "/playback",
      async ({ ctx, params, body, set }) => {
        const started = await operations.unlockEvidence(ctx, { ...params, ...body });
        set.headers["set-cookie"] = playbackCookie(started);
        return started;
      },
      route({
        ...keyed,
        operationId: "unlockEvidence",
        summary: "Watch the recording with your key, after a default",
        description:
          "We can open it for ten minutes then, or until your session ends. What you watch stands in the custody log. Recordings that open with a key of your own are downloaded instead.",
        secret: true,
        body: keyBody,
        responses: { 201: startedPlayback },
      }),
    )
    .get(
      "/file",
      async ({ ctx, exchange, params }) =>
        download(exchange, { ...(await operations.fetchRecording(ctx, params)), type: age }),
      route({
        ...ofDebt,
        operationId: "fetchEvidence",
        summary: "The recording as an age file, after a default",
        description:
          "The program of https://age-encryption.org opens it with your key: `age --decrypt --output video evidence.age`. Sent as slowly as it is taken; a transfer that breaks off is no whole file, and HEAD alone says how long that is. That you have fetched it stands in the custody log; HEAD fetches nothing.",
        access: "gbs:read",
        audit: "always",
        limit: "costly_read",
        mediaType: age,
        responses: { 200: t.String() },
        problemTexts: {
          503: "Not available at the moment; `gbs.evidence_damaged`: a check has found damage, `meta.since` says when. It is sent again once a check finds it mended; both parties may order one.",
        },
      }),
    )
    .put(
      "/recipient",
      ({ ctx, params, body }) => operations.nameRecipient(ctx, { ...params, ...body }),
      route({
        ...ofDebt,
        operationId: "nameEvidenceRecipient",
        summary: "Name a key of your own that the recording is to open with",
        description:
          "An X25519 recipient of age, before the recording is approved; it counts once you have proven that it is yours. Then you are shown no key of ours, and download the recording instead of watching it here. Naming another one ends the one before it.",
        access: "gbs:write",
        limit: "write",
        stepUp: true,
        body: recipientBody,
        responses: { 200: recipientChallenge },
      }),
    )
    .post(
      "/recipient/proof",
      ({ ctx, params, body }) => operations.proveRecipient(ctx, { ...params, ...body }),
      route({
        ...keyed,
        operationId: "proveEvidenceRecipient",
        summary: "Prove that the key that you named is yours",
        body: proofBody,
        responses: { 200: provenRecipient },
      }),
    )
    .post(
      "/integrity-checks",
      ({ ctx, exchange, params }) =>
        once(exchange, () => operations.orderIntegrityCheck(ctx, params)),
      route({
        ...ofDebt,
        operationId: "checkEvidence",
        summary: "Have the stored recording compared with what was submitted",
        description:
          "For both parties, twice a day; once a week it happens by itself. Nothing is opened for it. What comes of it is shown with the evidence; damage is told to both.",
        access: "gbs:write",
        limit: "write",
        idempotent: true,
        responses: { 202: orderedCheck },
      }),
    );
