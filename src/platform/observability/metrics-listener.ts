import { createHash, timingSafeEqual } from "node:crypto";
import type { Metrics } from "./metrics.ts";
import { expositionContentType } from "./metrics.ts";

export type MetricsListener = {
  readonly port: number;
  close(): Promise<void>;
};

/** A scrape costs some milliseconds of the process that serves users: at most this many a second are computed. */
const scrapesPerSecond = 5;
const idleTimeoutSeconds = 10;

/**
 * Serves the metrics, and nothing else, on a port of its own: `GET /metrics` with `Authorization: Bearer <token>`.
 * Answers 401 (wrong or no token), 404, 405, 429. `port` 0 takes a free one.
 */
export function openMetricsListener(options: {
  readonly metrics: Metrics;
  readonly host: string;
  readonly port: number;
  readonly token: string;
}): MetricsListener {
  const expected = digest(`Bearer ${options.token}`);
  const allow = createRate(scrapesPerSecond);
  const server = Bun.serve({
    hostname: options.host,
    port: options.port,
    idleTimeout: idleTimeoutSeconds,
    maxRequestBodySize: 0,
    development: false,
    async fetch(request) {
      if (new URL(request.url).pathname !== "/metrics") return plain(404, "not found");
      if (request.method !== "GET") return plain(405, "method not allowed", { allow: "GET" });
      // Digests have one length, so that the comparison tells nothing about the token's.
      const given = digest(request.headers.get("authorization") ?? "");
      if (!timingSafeEqual(given, expected))
        return plain(401, "unauthorized", { "www-authenticate": "Bearer" });
      if (!allow()) return plain(429, "too many scrapes", { "retry-after": "1" });
      return new Response(await options.metrics.exposition(), {
        headers: { "content-type": expositionContentType, "cache-control": "no-store" },
      });
    },
    error: () => plain(500, "internal error"),
  });
  return {
    port: server.port ?? options.port,
    close: () => server.stop(true),
  };
}

const digest = (text: string) => createHash("sha256").update(text).digest();

const plain = (status: number, text: string, headers: Record<string, string> = {}) =>
  new Response(`${text}\n`, {
    status,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      ...headers,
    },
  });

/** Allows `perSecond` calls in each second. */
function createRate(perSecond: number): () => boolean {
  let second = 0;
  let used = 0;
  return () => {
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) used = 0;
    second = now;
    used += 1;
    return used <= perSecond;
  };
}
