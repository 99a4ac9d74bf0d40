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

/** What differs from answer to answer. */
export function writeIdentity(headers: Headers, { requestId, budget }: Exchange): void {
  headers.set("x-request-id", requestId);
  if (budget === null) return;
  headers.set("ratelimit-limit", String(budget.limit));
  headers.set("ratelimit-remaining", String(budget.remaining));
  headers.set("ratelimit-reset", String(budget.resetSeconds));
}
