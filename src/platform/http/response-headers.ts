import type { Exchange } from "./exchange.ts";

/** What every answer carries, errors too. A JSON API needs no script, no frame, no referrer. */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-site",
    "cross-origin-opener-policy": "same-origin",
    // Two years, as https://hstspreload.org asks for; plain http has nothing to promise.
    ...(publicUrl.startsWith("https:")
      ? { "strict-transport-security": "max-age=63072000; includeSubDomains" }
      : {}),
  };
}

/**
 * Writes what differs from answer to answer into `headers`, which may serve many answers one after the other: what is
 * still as it was is not written again.
 */
export function createIdentityWriter(headers: Headers): (exchange: Exchange) => void {
  let limit = -1;
  let resetSeconds = -1;
  return ({ requestId, budget }) => {
    headers.set("x-request-id", requestId);
    if (budget === null) return;
    headers.set("ratelimit-remaining", String(budget.remaining));
    if (budget.limit !== limit) {
      limit = budget.limit;
      headers.set("ratelimit-limit", String(limit));
    }
    if (budget.resetSeconds !== resetSeconds) {
      resetSeconds = budget.resetSeconds;
      headers.set("ratelimit-reset", String(resetSeconds));
    }
  };
}
