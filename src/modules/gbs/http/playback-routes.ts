import { Elysia, t } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import { mediaResponse } from "#platform/http/media";
import type { GbsOperations } from "../operations.ts";
import { playbackParams } from "./playback-schemas.ts";
import { playbackAnswer, playbackRequest } from "./playback-texts.ts";
import { mediaPath, tokenOf } from "./playback-token.ts";

/** What players of operators and lenders fetch. They send no bearer token, so anybody may ask; the playback's own token decides. */
export const createPlaybackRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.playbacks", prefix: mediaPath }).use(plugin).get(
    "/:id",
    async ({ ctx, exchange, params, request }) => {
      const asked = { ...params, token: tokenOf(request) };
      const { mediaType, sizeBytes, sha256, read } = await operations.watchPlayback(ctx, asked);
      const media = { type: mediaType, etag: `"${sha256}"`, sizeBytes, read };
      return mediaResponse(request, exchange, media);
    },
    route({
      operationId: "watchEvidence",
      tags: ["Evidence"],
      summary: "The recording of a playback",
      description:
        "For the `src` of a video element, and for clients that send `Playback-Token`; no bearer token is read. Takes a single Range, and HEAD. Whatever is sent is on record before, and stands in the custody log once the playback is over. 404 also for a wrong token, and for none.",
      access: "public",
      limit: "read",
      params: playbackParams,
      requestHeaders: playbackRequest,
      mediaType: ["video/mp4", "video/quicktime", "video/webm"],
      responses: { 200: t.String(), 206: t.String() },
      responseHeaders: playbackAnswer,
      errors: [404, 416],
    }),
  );
