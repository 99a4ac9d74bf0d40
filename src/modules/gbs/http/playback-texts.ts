import type { RequestHeaders, ResponseHeaders } from "#platform/http/header-texts";
import { playbackCookieName, playbackHeaderName } from "./playback-token.ts";

const token = { type: "string", example: "3q2-7wQfW0n5cE0o8l1b0J8n6h5Q0wq1m2Zr3yT4x5U" } as const;
const text = (example: string) => ({ type: "string", example }) as const;

/** How whoever watches says who he is, and which bytes he wants. */
export const playbackRequest: RequestHeaders = {
  [playbackHeaderName]: {
    description: "The `token` that the playback began with. It or the cookie is needed.",
    schema: token,
  },
  [playbackCookieName]: {
    in: "cookie",
    description:
      "What browsers got with the answer that began the playback, or to a HEAD; for its path alone.",
    schema: token,
  },
  Range: {
    description: "One range of bytes (RFC 9110, 14). Others are ignored, and all of it is sent.",
    schema: text("bytes=0-1048575"),
  },
  "If-Range": {
    description: "The ETag that the Range is meant for; with another one all of it is sent.",
    schema: text('"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"'),
  },
};

export const playbackAnswer: ResponseHeaders = {
  "Accept-Ranges": {
    ...{ description: "Ranges are taken.", schema: text("bytes"), statuses: [200, 206] },
  },
  "Content-Range": {
    description: "Which bytes these are, of how many; of a 416 how many there are.",
    ...{ schema: text("bytes 0-1048575/52428800"), statuses: [206, 416] },
  },
  "Set-Cookie": {
    description:
      "To HEAD alone, with the token that was sent: the browser's player needs no other.",
    schema: text(
      "__Secure-playback=3q2-7wQfW0n5cE0o8l1b0J8n6h5Q0wq1m2Zr3yT4x5U; Path=/v1/evidence-media/01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21; Max-Age=600; HttpOnly; Secure; SameSite=Strict",
    ),
    statuses: [200],
  },
  ETag: {
    description: "The same for the same recording alone.",
    schema: text('"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"'),
    statuses: [200, 206],
  },
};
