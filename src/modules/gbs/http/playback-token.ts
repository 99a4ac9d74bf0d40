import { playbackSeconds } from "../bounds.ts";

/** Sent with each request of a browser's player, which can send no header. */
export const playbackCookieName = "__Secure-playback";
export const playbackHeaderName = "Playback-Token";
export const mediaPath = "/v1/evidence-media";

/** `Set-Cookie` that lets the browser it is sent to play this recording, and tells no script the token. */
export const playbackCookie = ({
  playbackId,
  token,
}: {
  readonly playbackId: string;
  readonly token: string;
}): string =>
  [
    `${playbackCookieName}=${token}`,
    `Path=${mediaPath}/${playbackId}`,
    `Max-Age=${playbackSeconds}`,
    "HttpOnly",
    "Secure",
    "SameSite=Strict",
  ].join("; ");

/** The token of a request: of its header, else of its cookie; null = it has none. */
export function tokenOf({ headers }: Request): string | null {
  const sent = headers.get(playbackHeaderName);
  if (sent !== null) return sent;
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const [name, value = ""] = pair.trim().split("=", 2);
    if (name === playbackCookieName) return value;
  }
  return null;
}
