import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { Role } from "../contract.ts";
import { effectiveRoles, needsSecondFactor, roles } from "./roles.ts";

/** A user as the row says. */
export type StoredProfile = {
  readonly id: Id;
  readonly address: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly locale: string;
  readonly timeZone: string;
  readonly baseCurrency: CurrencyCode;
  readonly mutedCategories: readonly string[];
  readonly hasSecondFactor: boolean;
  readonly recoveryCodesLeft: number;
  readonly termsVersion: string;
  readonly createdAt: Instant;
};

/** A user as he sees himself. `Category`: what notifications can be switched off by. */
export type Profile<Category extends string> = {
  readonly id: Id;
  readonly email: string;
  readonly displayName: string;
  /** Granted. */
  readonly roles: readonly Role[];
  /** Those of them that count at present. */
  readonly effectiveRoles: readonly Role[];
  readonly plan: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly baseCurrency: CurrencyCode;
  /** By category; false = switched off. */
  readonly notifications: Readonly<Record<Category, boolean>>;
  readonly secondFactor: {
    readonly enabled: boolean;
    /** A granted role gives nothing without one. */
    readonly required: boolean;
    readonly recoveryCodesLeft: number;
  };
  readonly termsVersion: string;
  readonly createdAt: Instant;
};

export function toProfile<Category extends string>(
  stored: StoredProfile,
  facts: { readonly plan: string; readonly categories: readonly Category[] },
): Profile<Category> {
  const { address, mutedCategories, hasSecondFactor, recoveryCodesLeft, ...same } = stored;
  return {
    ...same,
    email: address,
    roles: roles.filter((role) => stored.roles.includes(role)),
    effectiveRoles: effectiveRoles(stored.roles, hasSecondFactor),
    plan: facts.plan,
    notifications: Object.fromEntries(
      facts.categories.map((category) => [category, !mutedCategories.includes(category)]),
    ) as Record<Category, boolean>,
    secondFactor: {
      enabled: hasSecondFactor,
      required: needsSecondFactor(stored.roles),
      recoveryCodesLeft: hasSecondFactor ? recoveryCodesLeft : 0,
    },
  };
}

/** The muted categories after some were switched on or off; the others stay as they are. */
export function muteCategories(
  muted: readonly string[],
  wanted: Readonly<Record<string, boolean | undefined>>,
): string[] {
  const kept = muted.filter((category) => wanted[category] === undefined);
  const added = Object.keys(wanted).filter((category) => wanted[category] === false);
  return [...kept, ...added].toSorted();
}
