import type { RateProviderName } from "#platform/config";
import { type Outgoing, OutgoingFailure } from "#platform/http/outgoing";
import type { Clock } from "#platform/kernel/clock";
import type { Instant } from "#platform/kernel/time";
import type { RateSource } from "../contract.ts";
import { ProviderFailure, type ProviderFailureReason } from "../domain/provider-failure.ts";
import type { ProviderQuotes, RateProvider } from "./rate-provider.ts";

/** For one address, its body included; the largest answer (2,500 tickers, some 2 MB) needs a second or two. */
export const defaultRequestTimeoutMs = 10_000;

export type FeedDeps = {
  readonly outgoing: Outgoing;
  readonly clock: Clock;
  readonly requestTimeoutMs: number;
};

export type Fail = (reason: ProviderFailureReason, message: string) => ProviderFailure;
export const failuresOf =
  (name: RateProviderName): Fail =>
  (reason, message) =>
    new ProviderFailure(name, reason, message);

/** What differs from provider to provider: where to ask, and how to read the answer. */
export type Feed = {
  readonly name: RateProviderName;
  readonly source: RateSource;
  readonly format: "json" | "xml";
  readonly maxBytes: number;
  /** Tried in order until one gives a usable answer. */
  readonly addresses: readonly string[];
  /** Throws {@link ProviderFailure}. */
  read(body: string, now: Instant): ProviderQuotes;
};

/** A provider out of its feed: asks one address after the other; when none is usable, the first one's failure counts. */
export function createFeed(feed: Feed, deps: FeedDeps): RateProvider {
  async function ask(address: string, signal: AbortSignal): Promise<ProviderQuotes> {
    const body = await deps.outgoing
      .getText(address, {
        timeoutMs: deps.requestTimeoutMs,
        maxBytes: feed.maxBytes,
        accept: feed.format === "json" ? "application/json" : "application/xml, text/xml",
        signal,
      })
      .catch((error: unknown) => {
        throw error instanceof OutgoingFailure ? providerFailure(feed, error) : error;
      });
    return feed.read(body, deps.clock.now());
  }

  return {
    name: feed.name,
    source: feed.source,
    async fetchLatest(signal) {
      const failures: ProviderFailure[] = [];
      for (const address of feed.addresses) {
        try {
          return await ask(address, signal);
        } catch (error) {
          if (!(error instanceof ProviderFailure)) throw error;
          failures.push(error);
        }
      }
      throw failures[0] ?? failuresOf(feed.name)("not_found", "has no address");
    },
  };
}

const reasonOfStatus = (status: number | null): ProviderFailureReason => {
  if (status === 401) return "unauthorized";
  if (status === 402) return "plan";
  if (status === 403) return "forbidden";
  if (status === 404) return "not_found";
  if (status === 429) return "quota";
  return status !== null && status >= 500 ? "server" : "status";
};

function providerFailure(feed: Feed, failure: OutgoingFailure): ProviderFailure {
  const { reason, message, status, retryAfterSeconds } = failure;
  if (reason === "status")
    return new ProviderFailure(feed.name, reasonOfStatus(status), message, retryAfterSeconds);
  if (reason === "not_utf8") return new ProviderFailure(feed.name, `not_${feed.format}`, message);
  return new ProviderFailure(feed.name, reason === "address" ? "network" : reason, message);
}
