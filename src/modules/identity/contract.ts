import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";

/** What a person may do stands in domain/roles.ts; everybody who has registered is a `user`. */
export type Role = "user" | "operator" | "support" | "admin";

export type UserStatus = "active" | "suspended";

/** What neighbours may know of a user. Not the address: whoever needs to tell somebody something uses notify. */
export type UserSummary = {
  readonly id: Id;
  readonly displayName: string;
  readonly status: UserStatus;
  /** BCP 47, canonical: "tr-TR". */
  readonly locale: string;
  /** IANA name: "Europe/Istanbul". Decides which day "today" is. */
  readonly timeZone: string;
  readonly baseCurrency: CurrencyCode;
};

/** A session that lives, and what its holder may do at present: permissions are "module:verb". */
export type LiveSession = {
  readonly sessionId: Id;
  readonly userId: Id;
  readonly permissions: readonly string[];
};

/** What a user's plan adds to a token; answered by billing. */
export type PlanClaims = { readonly userId: Id; readonly plan: string };

/** Where mail goes, and the same `key` for every spelling of one mailbox. */
export type Mailbox = { readonly address: string; readonly key: string };

/** Published in the transaction in which it happens. */
export type IdentityEvents = {
  /** Somebody has become a user, with an address that nobody else can prove. */
  readonly "identity.user_registered.v1": { readonly userId: Id };
};

/** Errors: `input.invalid` (422) for more than 1,000 ids. */
export type IdentityApi = {
  /** Users that do not exist are left out; in no order. */
  usersById(
    ctx: RequestContext,
    input: { readonly userIds: readonly Id[] },
  ): Promise<readonly UserSummary[]>;
  /** The user who proved this address; null = none. An address that is none is nobody's. */
  userIdByAddress(
    ctx: RequestContext,
    input: { readonly address: string },
  ): Promise<{ readonly userId: Id | null }>;
  /**
   * The address that each has proved: for those whom it has been told to, by agreement or by law. Users that do not exist
   * are left out; in no order.
   */
  addressesOf(
    ctx: RequestContext,
    input: { readonly userIds: readonly Id[] },
  ): Promise<readonly (Mailbox & { readonly userId: Id })[]>;
  /** What one address stands for, whoever has it, or nobody; null = it is none. Asks no database. */
  mailboxOf(
    ctx: RequestContext,
    input: { readonly address: string },
  ): Promise<{ readonly mailbox: Mailbox | null }>;
  /**
   * Of these the sessions that have neither ended nor lapsed, and whose users are active, as it is at this moment: for
   * what was opened in a session and must not outlive it. In no order.
   */
  liveSessions(
    ctx: RequestContext,
    input: { readonly sessionIds: readonly Id[] },
  ): Promise<readonly LiveSession[]>;
  /**
   * Ends the validity of the users' access tokens within seconds, because what they claim has changed (a plan, a role);
   * sessions live on and get new tokens by refresh.
   */
  expireClaims(ctx: RequestContext, input: { readonly userIds: readonly Id[] }): Promise<object>;
};
