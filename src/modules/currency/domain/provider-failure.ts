/**
 * Why a provider gave nothing usable. A metric label, and shown to clients.
 * unauthorized 401, plan 402, forbidden 403, not_found 404, quota 429, server 5xx, status any other but 2xx
 * (redirects included: they are not followed), timeout (silence, or too slow as a whole), network (no connection, or
 * one that broke), not_json and not_xml (an HTML page, a cut or undecodable body), too_large, wrong_base,
 * future_date, empty (no rate in it), malformed (readable, but not of the documented shape).
 */
export type ProviderFailureReason =
  | "unauthorized"
  | "plan"
  | "forbidden"
  | "not_found"
  | "quota"
  | "server"
  | "status"
  | "timeout"
  | "network"
  | "not_json"
  | "not_xml"
  | "too_large"
  | "wrong_base"
  | "future_date"
  | "empty"
  | "malformed";

/** The message names the provider and the fault in our own words: no address, no key, no text of the provider. */
export class ProviderFailure extends Error {
  override readonly name = "ProviderFailure";
  readonly provider: string;
  readonly reason: ProviderFailureReason;
  /** What the provider asked for by Retry-After; null when it asked for nothing. */
  readonly retryAfterSeconds: number | null;

  constructor(
    provider: string,
    reason: ProviderFailureReason,
    message: string,
    retryAfterSeconds: number | null = null,
  ) {
    super(`${provider}: ${message}`);
    this.provider = provider;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
