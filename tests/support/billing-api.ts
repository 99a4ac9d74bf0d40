/** What the billing API puts on the wire, as a client types it. */

export type Entitlements = {
  readonly plan: string;
  readonly accountsMax: number | null;
  readonly aiInsights: boolean;
  readonly gbs: boolean;
  readonly advancedReporting: boolean;
};

export type PlanList = {
  readonly items: readonly {
    readonly name: string;
    readonly pricePerMonth: { readonly amount: string; readonly currency: string };
    readonly entitlements: Entitlements;
  }[];
};

export type OwnGrant = {
  readonly id: string;
  readonly plan: string;
  readonly status: "active" | "expired" | "revoked";
  readonly reason: string;
  readonly grantedAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly revokedReason: string | null;
};

export type OwnPlan = Entitlements & {
  readonly source: "default" | "granted";
  readonly until: string | null;
  readonly grants: { readonly items: readonly OwnGrant[]; readonly nextCursor: string | null };
};
