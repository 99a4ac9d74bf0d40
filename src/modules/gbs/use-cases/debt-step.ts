import type { UserSummary } from "#modules/identity/contract";
import type { Tx } from "#platform/db/database";
import type { Money } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { DebtParty } from "../contract.ts";
import type { GbsNotifications } from "../deps.ts";
import type { CustodyStep } from "../domain/custody.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";

type DataOf<K extends keyof GbsNotifications> = Readonly<
  Record<GbsNotifications[K]["data"][number], string>
>;
/** What every message has in common is filled in where it is sent. */
type Common = "person" | "about" | "address" | "link" | "chain";

/** Somebody without an account, at the address that the lender has named. */
type Invited = "invited";

/** A message to one party, sent with what caused it. Who is not known, or must not know, gets none. */
export type Notice = {
  [K in keyof GbsNotifications]: {
    readonly kind: K;
    readonly to: DebtParty | Invited;
    readonly data: Omit<DataOf<K>, Common> & Partial<Pick<DataOf<K>, Common & keyof DataOf<K>>>;
  };
}[keyof GbsNotifications];

/**
 * What somebody does to a debt. The row, its instalments (when `termsVersion` has risen) and its reminders are written
 * from `debt`; what else changes, `rows` writes.
 */
export type DebtStep = {
  /** The debt afterwards; `custody` and `version` are left as they were. */
  readonly debt: DebtSnapshot;
  readonly custody: readonly CustodyStep[];
  readonly notices?: readonly Notice[];
  /** Payments, amendments and the like; with the debt's row locked. */
  readonly rows?: (tx: Tx) => Promise<void>;
};

/** Both parties, as their accounts say; the borrower is null until the invited address has an account. */
export type People = {
  readonly lender: Person;
  readonly borrower: Person | null;
};
export type Person = Pick<UserSummary, "id" | "displayName" | "locale" | "timeZone"> & {
  readonly address: string;
};

/** What a step is made from: the debt is locked, has caught up with the clock, and allows the action. */
export type StepInput = {
  readonly debt: DebtSnapshot;
  readonly party: DebtParty;
  /** Who acts, for the custody log. */
  readonly actor: CustodyStep["actor"];
  readonly people: People;
  readonly now: Instant;
  /** To read what stands in no snapshot. */
  readonly tx: Tx;
};
export type MakeStep = (input: StepInput) => DebtStep | Promise<DebtStep>;

/** As messages are given money. */
export const said = ({ amount, currency }: Money): string => `${amount} ${currency}`;

export const otherParty = (party: DebtParty): DebtParty =>
  party === "lender" ? "borrower" : "lender";
