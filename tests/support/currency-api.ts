/** What the currency API puts on the wire, as a client types it. */

export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly detail: string }[];
  readonly meta?: Readonly<Record<string, string | number | boolean>>;
};

export type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

export type Currency = {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly minorUnits: number;
  readonly countries: readonly string[];
  readonly aliases: readonly string[];
  readonly quoted: boolean;
};

export type Leg = {
  readonly currency: string;
  readonly pivot: string;
  readonly direction: "per_pivot" | "in_pivot";
  readonly rate: string;
  readonly provider: string;
  readonly observedAt: string;
  readonly asOf: string | null;
  readonly ageSeconds: number;
  readonly stale: boolean;
};

type Provenance = {
  readonly rate: string;
  readonly source: string;
  readonly observedAt: string | null;
  readonly ageSeconds: number;
  readonly stale: boolean;
  readonly legs: readonly Leg[];
};

export type PairRate = Provenance & { readonly base: string; readonly quote: string };

export type RateList = Page<PairRate> & {
  readonly base: string;
  readonly source: string;
  readonly at: string;
  readonly unavailable: readonly string[];
};

export type Point = { readonly at: string; readonly rate: string };
export type Day = {
  readonly day: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly carried: boolean;
};
export type Change = {
  readonly period: string;
  readonly since: string;
  readonly rate: string | null;
  readonly change: string | null;
  readonly changePercent: string | null;
};
export type History = {
  readonly base: string;
  readonly quote: string;
  readonly source: string;
  readonly interval: string;
  readonly from: string;
  readonly to: string;
  readonly current: PairRate;
  readonly changes: readonly Change[];
  readonly opening: Point | null;
  readonly points: readonly Point[];
  readonly days: readonly Day[];
  readonly nextCursor: string | null;
};

export type Money = { readonly amount: string; readonly currency: string };
export type Conversion = Provenance & { readonly from: Money; readonly to: Money };

export type Provider = {
  readonly name: string;
  readonly source: string;
  readonly rank: number;
  readonly status: "ok" | "failing" | "stale" | "waiting";
  readonly intervalSeconds: number;
  readonly lastAttemptAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly lastFailureAt: string | null;
  readonly lastFailureReason: string | null;
  readonly consecutiveFailures: number;
  readonly nextDueAt: string | null;
  readonly quotes: number;
  readonly quarantined: number;
  readonly monthlyQuota: number | null;
  readonly requestsThisMonth: number;
};

/** `?a=1&b=x%20y` of the given parameters; without the undefined ones. */
export function queryOf(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined;
  });
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

/** The paths that a problem names. */
export const pathsOf = (problem: Problem): string[] =>
  (problem.errors ?? []).map(({ path }) => path);
