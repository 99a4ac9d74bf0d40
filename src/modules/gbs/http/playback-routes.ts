import { Elysia, t } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import { mediaResponse } from "#platform/http/media";
import type { GbsOperations } from "../operations.ts";
import { playbackParams } from "./playback-schemas.ts";
import { playbackAnswer, playbackRequest } from "./playback-texts.ts";
import { mediaPath, playbackCookie, tokenOf } from "./playback-token.ts";

const description = [
  "For the `src` of a video element, and for clients that send `Playback-Token`. It needs no bearer token; one that is sent has to be valid (401), and of the session that began the playback (404). Takes a single Range, and HEAD. Whatever is sent is on record before, and stands in the custody log once the playback is over. 404 also for a wrong token, and for none.",
  "Answers of more than 64 KiB are streamed, without Content-Length: HEAD says how long all of it is, Content-Range how long a part.",
  'A page of another origin, which CLIENT_URL or CORS_ORIGINS names, first asks by HEAD with `Playback-Token` and credentials `include`. That gives its browser the cookie, and `<video crossorigin="use-credentials">` plays. The cookie is SameSite=Strict: for `api.example.org` a page of `app.example.org` has it; one of another site never does, and fetches with `Playback-Token` instead.',
].join("\n\n");

/** What players of operators and lenders fetch. They need no bearer token, so anybody may ask; the playback's own token decides. */
export const createPlaybackRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.playbacks", prefix: mediaPath }).use(plugin).get(
    "/:id",
    async ({ ctx, exchange, params, request }) => {
      const asked = { ...params, token: tokenOf(request) };
      const { mediaType, sizeBytes, sha256, read } = await operations.watchPlayback(ctx, asked);
      const media = { type: mediaType, etag: `"${sha256}"`, sizeBytes, read };
      const answer = await mediaResponse(request, exchange, media);
      if (exchange.isHead && asked.token !== null) {
        const cookie = playbackCookie({ playbackId: params.id, token: asked.token });
        answer.headers.set("set-cookie", cookie);
      }
      return answer;
    },
    route({
      operationId: "watchEvidence",
      tags: ["Evidence"],
      summary: "The recording of a playback",
      description,
      access: "public",
      limit: "read",
      credentials: true,
      params: playbackParams,
      requestHeaders: playbackRequest,
      mediaType: ["video/mp4", "video/quicktime", "video/webm"],
      responses: { 200: t.String(), 206: t.String() },
      responseHeaders: playbackAnswer,
      errors: [404, 416],
    }),
  );
