import type { Attempts } from "#platform/attempts/attempts";
import type { AuditEntry, AuditTrail } from "#platform/audit/query/audit-trail";
import type { CpuGate } from "#platform/cpu-gate";
import type { Database } from "#platform/db/database";
import type { Events, Jobs } from "#platform/jobs/jobs";
import type { Clock } from "#platform/kernel/clock";
import type { RequestContext } from "#platform/kernel/context";
import type { Id, Ids } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { NotificationCategory, NotifiedUser, Notify } from "#platform/notify/notifications";
import type { PasswordHasher } from "#platform/password-hasher";
import type { IdentityEvents, PlanClaims, Role } from "./contract.ts";
import type { DomainNames } from "./domain/address.ts";
import type { Weakness } from "./domain/password-policy.ts";
import type { identityNotifications } from "./notifications.ts";
import type { AdministrationRepository } from "./storage/administration.repository.ts";
import type { PasswordResetRepository } from "./storage/password-reset.repository.ts";
import type { ProfileRepository } from "./storage/profile.repository.ts";
import type { RegistrationRepository } from "./storage/registration.repository.ts";
import type { RevocationRepository } from "./storage/revocation.repository.ts";
import type { SecondFactorRepository } from "./storage/second-factor.repository.ts";
import type { SessionRepository } from "./storage/session.repository.ts";
import type { SignInRepository } from "./storage/sign-in.repository.ts";
import type { UserRepository } from "./storage/user.repository.ts";
import type { UserDirectoryRepository } from "./storage/user-directory.repository.ts";

export type {
  AdministeredUser,
  NewAccountAction,
  UserCriteria,
} from "./storage/administration.repository.ts";
export type {
  ListedSession,
  SessionFamily,
  TokenHolder,
} from "./storage/session.repository.ts";
export type { SignInAccount } from "./storage/sign-in.repository.ts";
/** What use-cases hand to and get from ports and repositories, without knowing where those live. */
export type { AuditEntry, NotificationCategory, NotifiedUser };

/** What a user's plan adds to a token. Answered by billing; every user has a plan. */
export type ClaimsOf = (
  ctx: RequestContext,
  input: { readonly userIds: readonly Id[] },
) => Promise<readonly PlanClaims[]>;

/** Where a request came from: for limits and for the list of sessions. */
export type Origin = {
  /** Address or network of the client. */
  readonly client: string;
  /** User-Agent, as it was sent; "" when there was none. */
  readonly device: string;
};

/** What installations may set. */
export type IdentitySettings = {
  readonly termsVersion: string;
  readonly clientAttemptsPerHour: number;
  /** Origin of the links in mails. */
  readonly linkOrigin: string;
  readonly issuer: string;
};

/** How a guesser who knows some words would find a password; null = not within reason. */
export type PasswordStrength = {
  weaknessOf(password: string, knownWords: readonly string[]): Weakness | null;
};

/** What an access token claims. */
export type AccessClaims = {
  readonly userId: Id;
  readonly sessionId: Id;
  readonly roles: readonly Role[];
  readonly permissions: readonly string[];
  readonly plan: string;
  /** Of the user, when what is claimed was read. */
  readonly claimsVersion: number;
  readonly authenticatedAt: Instant;
};

/** What a token of ours that is in force says; what its holder may do is read, not believed. */
export type VerifiedToken = Omit<AccessClaims, "roles" | "permissions" | "plan"> & {
  readonly expiresAt: Instant;
};

/** A public key as RFC 8037 writes it. */
export type PublicKey = {
  readonly kty: "OKP";
  readonly crv: "Ed25519";
  readonly alg: "EdDSA";
  readonly use: "sig";
  readonly kid: string;
  readonly x: string;
};

/** Signed tokens that any service can verify by itself. */
export type AccessTokens = {
  sign(
    claims: AccessClaims,
  ): Promise<{ readonly token: string; readonly expiresInSeconds: number }>;
  /** Null for whatever is not a token of ours in force. */
  verify(token: string): Promise<VerifiedToken | null>;
  /** Of all keys that are used, or will be soon, or still may be. */
  publicKeys(): readonly PublicKey[];
};

/** What makes a refresh token ours. */
export type RefreshTokenMacs = {
  /** Lower-case hex; the same for the same `madeAt`. */
  mac(family: TokenFamily, madeAt: Instant): string;
  /** In constant time. */
  matches(family: TokenFamily, mac: string): boolean;
};
export type TokenFamily = {
  readonly sessionId: Id;
  readonly generation: number;
  readonly familySecret: string;
};

/** This node's memory of verified tokens. */
export type TokenCache = {
  /** To be called by whoever revokes something of these users or sessions, in the transaction that does. */
  distrust(subjects: readonly Id[]): void;
};

/** Six-digit codes for mails; what is stored of one is a MAC under the keyring. */
export type VerificationCodes = {
  /** "042917": every one as likely as any other. */
  generate(): string;
  mac(place: CodePlace, code: string): string;
  /** In constant time. */
  matches(place: CodePlace, code: string, mac: string): boolean;
};
export type CodePlace = { readonly registrationId: Id; readonly number: number };

/** Time-based one-time passwords (RFC 6238), as authenticator apps make them. */
export type Totp = {
  /** 20 random bytes in base 32. */
  newSecret(): string;
  /** `otpauth://totp/...` for a QR code; `account` is what the app shows beside the code. */
  uriOf(secret: string, account: string): string;
  /** The time step whose code this is: the present one, the one before or after it; null = none of them. */
  stepOf(secret: string, code: string, now: Instant): number | null;
};

/** Seals TOTP secrets for the table, each for its user alone. */
export type SecondFactorVault = {
  seal(userId: Id, secret: string): string;
  /** `resealed`: the same under today's key, when it was sealed with an older one. */
  open(userId: Id, sealed: string): { readonly secret: string; readonly resealed: string | null };
};

/** Secrets that nobody can guess, of which only a hash is stored. */
export type RandomSecrets = {
  bytes(count: number): Uint8Array;
  /** base64url of so many random bytes. */
  token(byteCount: number): string;
  /** SHA-256, lower-case hex. */
  hashOf(secret: string): string;
};

/** What the module needs from outside, and its own repositories. */
export type IdentityDeps = {
  readonly db: Database;
  readonly clock: Clock;
  readonly auditTrail: Pick<AuditTrail, "activityOf">;
  readonly ids: Ids;
  readonly settings: IdentitySettings;
  readonly attempts: Attempts;
  readonly cpuGate: CpuGate;
  readonly jobs: Jobs;
  readonly events: Events<IdentityEvents>;
  readonly notify: Notify<typeof identityNotifications>;
  readonly claimsOf: ClaimsOf;
  readonly isCurrency: (code: string) => boolean;
  readonly passwords: PasswordHasher;
  readonly passwordStrength: PasswordStrength;
  readonly codes: VerificationCodes;
  readonly domainNames: DomainNames;
  readonly users: UserRepository;
  readonly registrations: RegistrationRepository;
  readonly totp: Totp;
  readonly secondFactorVault: SecondFactorVault;
  readonly randomSecrets: RandomSecrets;
  readonly accessTokens: AccessTokens;
  readonly refreshTokenMacs: RefreshTokenMacs;
  readonly tokenCache: TokenCache;
  readonly sessions: SessionRepository;
  readonly revocations: RevocationRepository;
  readonly signIns: SignInRepository;
  readonly secondFactors: SecondFactorRepository;
  readonly passwordResets: PasswordResetRepository;
  /** In which people are told things. */
  readonly languages: readonly string[];
  /** What people may switch off. */
  readonly notificationCategories: readonly NotificationCategory[];
  readonly profiles: ProfileRepository;
  readonly userDirectory: UserDirectoryRepository;
  readonly administration: AdministrationRepository;
};
