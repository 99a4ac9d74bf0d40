import { Secret, TOTP } from "otpauth";
import type { Role, UserStatus } from "#modules/identity/contract";
import { roleSet } from "#modules/identity/domain/account-rules";
import { readAddress } from "#modules/identity/domain/address";
import { displayNameKey } from "#modules/identity/domain/display-name-key";
import { createAccessTokens } from "#modules/identity/gateways/access-tokens";
import { domainNames } from "#modules/identity/gateways/domain-names";
import { createRandomSecrets } from "#modules/identity/gateways/random-secrets";
import { createRefreshTokenMacs } from "#modules/identity/gateways/refresh-token-macs";
import { createSecondFactorVault } from "#modules/identity/gateways/second-factor-vault";
import { createTotp } from "#modules/identity/gateways/totp";
import { createRevocationRepository } from "#modules/identity/storage/revocation.repository";
import { createSessionRepository } from "#modules/identity/storage/session.repository";
import { createSignInRepository } from "#modules/identity/storage/sign-in.repository";
import { credentials, secondFactors, users } from "#modules/identity/storage/tables";
import { createSession } from "#modules/identity/use-cases/create-session";
import { issueTokens } from "#modules/identity/use-cases/issue-tokens";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import { epochMs, type Instant } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import type { Answer, TestApp } from "./test-app.ts";

/** An app, or as much of one as users need. */
export type Installation = Pick<TestApp, "db" | "clock" | "keyring" | "url">;

export type TestUser = {
  readonly id: Id;
  readonly address: string;
  readonly displayName: string;
  readonly password: string;
  /** Of the second factor, in base 32; null without one. */
  readonly totpSecret: string | null;
};

export type NewUser = {
  /** `user` is always among them. */
  readonly roles?: readonly Role[];
  /** Set up and confirmed; by default for whom a role needs it. */
  readonly secondFactor?: boolean;
  readonly password?: string;
  readonly address?: string;
  readonly displayName?: string;
  readonly status?: UserStatus;
  readonly locale?: string;
};

export type SignedIn = { readonly accessToken: string; readonly refreshToken: string };

const ctx = systemContext("test:identity", "test");
const defaultPassword = "violet tractor sings at noon";
const hashes = new Map<string, Promise<string>>();

/** A user who has registered, as the tables know one; no code was mailed and no limit counted. */
export async function createUser(api: Installation, asked: NewUser = {}): Promise<TestUser> {
  const { password = defaultPassword, status = "active", locale = "en" } = asked;
  const id = systemIds.next();
  const roles = roleSet(asked.roles ?? []);
  const hasSecondFactor = asked.secondFactor ?? roles.length > 1;
  const read = readAddress(domainNames, asked.address ?? `user-${id}@example.org`);
  if (!read) throw new Error("the test's address is none");
  const { address, addressKey } = read;
  const displayName = asked.displayName ?? "Emir Kaya";
  const totpSecret = hasSecondFactor ? createTotp().newSecret() : null;
  const passwordHash = await hashOf(password);
  const at = api.clock.now();
  await api.db.transact(ctx, async (tx) => {
    await tx.insert(users).values({
      ...{ id, address, addressKey, displayName, status, roles, locale, hasSecondFactor },
      displayNameKey: displayNameKey(displayName),
      timeZone: "Europe/Istanbul",
      baseCurrency: "TRY" as CurrencyCode,
      mutedCategories: [],
      termsVersion: "2026-01",
      ...{ termsAcceptedAt: at, createdAt: at, updatedAt: at },
    });
    await tx.insert(credentials).values({ userId: id, passwordHash, changedAt: at });
    if (totpSecret !== null)
      await tx.insert(secondFactors).values({
        userId: id,
        sealedSecret: createSecondFactorVault(api.keyring).seal(id, totpSecret),
        ...{ createdAt: at, confirmedAt: at, lastStep: 0 },
      });
  });
  return { id, address, displayName, password, totpSecret };
}

/** What the user's authenticator app shows. Each code works once: move the clock before the next one. */
export function codeOf({ totpSecret }: TestUser, at: Instant): string {
  if (totpSecret === null) throw new Error("this user has no second factor");
  return TOTP.generate({ secret: Secret.fromBase32(totpSecret), timestamp: epochMs(at) });
}

/**
 * A session as logging in opens one, with tokens of the application's own keys; without the password's cost, the limits,
 * and codes that work once. `authenticatedAt`: when the password was proved, now unless said otherwise.
 */
export async function signIn(
  api: Installation,
  user: Pick<TestUser, "id">,
  options: { readonly authenticatedAt?: Instant } = {},
): Promise<SignedIn> {
  const { db, clock, keyring } = api;
  const deps = {
    ...{ db, clock, ids: systemIds },
    sessions: createSessionRepository(),
    revocations: createRevocationRepository(),
    signIns: createSignInRepository(),
    tokenCache: { distrust: () => {} },
    randomSecrets: createRandomSecrets(),
    refreshTokenMacs: createRefreshTokenMacs(keyring),
    accessTokens: createAccessTokens({ keyring, clock, issuer: api.url }),
    claimsOf: async () => [{ userId: user.id, plan: "free" }],
  };
  const authenticatedAt = options.authenticatedAt ?? clock.now();
  const origin = { client: "192.0.2.1", device: "test" };
  const grant = await db.transact(ctx, (tx) =>
    createSession(deps, tx, { userId: user.id, origin, authenticatedAt }),
  );
  const { accessToken, refreshToken } = await issueTokens(deps, ctx, grant);
  return { accessToken, refreshToken };
}

/** Requests with a bearer token. A body is sent as JSON. */
export function authorized(api: Pick<TestApp, "request">, accessToken: string) {
  const send = <T>(
    method: string,
    path: string,
    body?: unknown,
    headers = {},
  ): Promise<Answer<T>> =>
    api.request<T>(path, {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    get: <T = unknown>(path: string) => send<T>("GET", path),
    /** `headers`: an Idempotency-Key, say. */
    post: <T = unknown>(path: string, body?: unknown, headers?: Record<string, string>) =>
      send<T>("POST", path, body, headers),
    /** `headers`: If-Match, say. */
    patch: <T = unknown>(path: string, body?: unknown, headers?: Record<string, string>) =>
      send<T>("PATCH", path, body, headers),
    put: <T = unknown>(path: string, body?: unknown, headers?: Record<string, string>) =>
      send<T>("PUT", path, body, headers),
    delete: <T = unknown>(path: string, body?: unknown, headers?: Record<string, string>) =>
      send<T>("DELETE", path, body, headers),
  };
}

/** A new user with these roles, signed in a moment ago. */
export async function signedInUser(api: TestApp, asked: NewUser = {}) {
  const user = await createUser(api, asked);
  const tokens = await signIn(api, user);
  return { user, tokens, ...authorized(api, tokens.accessToken) };
}

/** One hash for all users with the same password: it costs 50 ms. */
function hashOf(password: string): Promise<string> {
  const known = hashes.get(password);
  if (known) return known;
  const parameters = { algorithm: "argon2id", memoryCost: 19 * 1024, timeCost: 2 } as const;
  const hash = Bun.password.hash(password, parameters);
  hashes.set(password, hash);
  return hash;
}
