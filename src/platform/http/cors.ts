const exposed = [
  "Accept-Ranges",
  "Content-Range",
  "ETag",
  "Idempotency-Replayed",
  "Location",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
  "Retry-After",
  "Tus-Extension",
  "Tus-Max-Size",
  "Tus-Resumable",
  "Tus-Version",
  "Upload-Expires",
  "Upload-Length",
  "Upload-Limit",
  "Upload-Offset",
  "X-Request-Id",
].join(", ");
const allowedHeaders = [
  ...["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "Range", "X-Request-Id"],
  ...["Playback-Token", "Tus-Resumable", "Upload-Length", "Upload-Metadata", "Upload-Offset"],
].join(", ");
const allowedMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
const preflightSeconds = 600;

/**
 * Answers browsers of the listed origins; never `*`. Credentials, which are cookies here, only at the paths that
 * `takesCredentials`: what can be done with them alone must be harmless when another page of these origins does it.
 */
export function createCors(
  origins: readonly string[],
  takesCredentials: (path: string) => boolean,
) {
  const listed = new Set(origins);
  return {
    /** The answer to a preflight of a listed origin; undefined for anything else. */
    preflight(request: Request): Response | undefined {
      if (request.method !== "OPTIONS") return undefined;
      const { headers } = request;
      if (!headers.has("access-control-request-method")) return undefined;
      if (!listed.has(headers.get("origin") ?? "")) return undefined;
      return new Response(null, {
        status: 204,
        headers: {
          "access-control-allow-methods": allowedMethods,
          "access-control-allow-headers": allowedHeaders,
          "access-control-max-age": String(preflightSeconds),
        },
      });
    },
    /** Lets the browser read an answer. Caches must keep the answers of different origins apart. */
    allow(request: Request, headers: Headers): void {
      headers.append("vary", "Origin");
      const origin = request.headers.get("origin");
      if (origin === null || !listed.has(origin)) return;
      headers.set("access-control-allow-origin", origin);
      headers.set("access-control-expose-headers", exposed);
      if (takesCredentials(new URL(request.url).pathname))
        headers.set("access-control-allow-credentials", "true");
    },
  };
}
