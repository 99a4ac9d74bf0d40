import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";

/** The smallest first: each includes all of those before it. */
export type PlanCode = "free" | "plus" | "pro";

/** What a plan allows. */
export type Entitlements = {
  readonly plan: PlanCode;
  /** Accounts of one user; null = as many as he likes. */
  readonly accountsMax: number | null;
  readonly aiInsights: boolean;
  /** Guaranteed borrowing: to offer a debt, not to settle one. */
  readonly gbs: boolean;
  readonly advancedReporting: boolean;
};

/** `default`: the plan that everybody has (DEFAULT_PLAN); `granted`: somebody gave a higher one for a while. */
export type PlanSource = "default" | "granted";

export type UserEntitlements = Entitlements & {
  readonly userId: Id;
  readonly source: PlanSource;
  /** From then on it is a lower plan, if nothing else happens; null = it does not end. */
  readonly until: Instant | null;
};

/** Errors: `input.invalid` (422) for more than 1,000 ids. A user who was never heard of has the default plan. */
export type BillingApi = {
  /**
   * In the order of the ids, one read of the database at most. A grant ends at its very instant; one that was made or
   * revoked on another node counts within seconds.
   */
  entitlementsOf(
    ctx: RequestContext,
    input: { readonly userIds: readonly Id[] },
  ): Promise<readonly UserEntitlements[]>;
  /**
   * For tokens: always read anew, because what is signed into one cannot be taken back. In the order of the ids.
   */
  claimsOf(
    ctx: RequestContext,
    input: { readonly userIds: readonly Id[] },
  ): Promise<readonly { readonly userId: Id; readonly plan: PlanCode }[]>;
};
