import type { Database } from "#platform/db/database";
import type { Clock } from "#platform/kernel/clock";
import type { PollRules, QuarantineReason } from "./domain/apply-poll.ts";
import type { Catalogue } from "./domain/catalogue.ts";
import type { LatestRates } from "./domain/latest-rates.ts";
import type { RateProvider } from "./gateways/rate-provider.ts";
import type { HistoryRepository } from "./storage/history.repository.ts";
import type { ProviderStateRepository } from "./storage/provider-state.repository.ts";
import type { RateRepository } from "./storage/rate.repository.ts";

/** What use-cases hand to and get from ports and repositories, without knowing where those live. */
export type { ProviderQuotes } from "./gateways/rate-provider.ts";
export type { HistoryDay, HistoryPoint, PairSides } from "./storage/history.repository.ts";
export type { ProviderState } from "./storage/provider-state.repository.ts";
export type { PollOrigin } from "./storage/rate.repository.ts";

/** What a provider is asked for and how often; rank is its place in the list. */
export type ProviderPlan = {
  readonly provider: RateProvider;
  readonly intervalSeconds: number;
  readonly monthlyQuota: number | null;
};

/** Counters of what happens to quotes; see module.ts for their names. */
export type RateMeters = {
  polled(provider: string, outcome: string): void;
  quarantined(provider: string, reason: QuarantineReason, count: number): void;
  stored(provider: string, kind: "new" | "unchanged", count: number): void;
  /** A gateway threw what it should not have: logged, with its cause. */
  unexpected(provider: string, error: unknown): void;
};

/** The table in memory and the way to read it anew. */
export type LatestHolder = {
  current(): LatestRates;
  reload(): Promise<void>;
};

/** What the module needs from outside, and its own repositories. */
export type CurrencyDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly latest: LatestHolder;
  readonly rates: RateRepository;
  readonly history: HistoryRepository;
  readonly providerStates: ProviderStateRepository;
  readonly plans: readonly ProviderPlan[];
  readonly rules: PollRules;
  readonly meters: RateMeters;
};
