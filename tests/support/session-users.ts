import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { IdentityDeps } from "#modules/identity/deps";
import type { SessionGrant } from "#modules/identity/domain/session";
import { createAccessTokens } from "#modules/identity/gateways/access-tokens";
import { domainNames } from "#modules/identity/gateways/domain-names";
import { createRandomSecrets } from "#modules/identity/gateways/random-secrets";
import { createRefreshTokenMacs } from "#modules/identity/gateways/refresh-token-macs";
import { createSecondFactorVault } from "#modules/identity/gateways/second-factor-vault";
import { createTotp } from "#modules/identity/gateways/totp";
import { createRevocationRepository } from "#modules/identity/storage/revocation.repository";
import { createSecondFactorRepository } from "#modules/identity/storage/second-factor.repository";
import { createSessionRepository } from "#modules/identity/storage/session.repository";
import { createSignInRepository } from "#modules/identity/storage/sign-in.repository";
import { createSession } from "#modules/identity/use-cases/create-session";
import type { Attempts } from "#platform/attempts/attempts";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import { type Keyring, openKeyring, rotateKey } from "#platform/keyring/keyring";
import { systemIds } from "#platform/system";
import { createUser, type NewUser, type TestUser } from "./identity.ts";
import { testContext } from "./job-installation.ts";
import { createTestClock, type TestClock } from "./test-app.ts";
import { openTestDatabase, type TestDatabase } from "./test-database.ts";

type Deps = Omit<
  IdentityDeps,
  | "cpuGate"
  | "jobs"
  | "events"
  | "isCurrency"
  | "passwordStrength"
  | "codes"
  | "users"
  | "registrations"
  | "languages"
  | "notificationCategories"
  | "profiles"
  | "userDirectory"
  | "administration"
  | "passwordResets"
>;

export type SessionUsers = {
  readonly clock: TestClock;
  readonly database: TestDatabase;
  readonly keyring: Keyring;
  readonly deps: Deps;
  /** What users were told, in order; also in transactions that failed. */
  readonly told: { readonly kind: string; readonly userId: Id }[];
  /** What the hasher was asked, in order. */
  readonly hashed: string[];
  addUser(asked?: NewUser): Promise<TestUser>;
  open(user: { readonly id: Id }): Promise<SessionGrant>;
  /** A new key of this purpose; told nodes, but not in use before `activeFrom`. */
  rotate(purpose: "refresh-token" | "access-token"): { readonly activeFrom: string };
  close(): Promise<void>;
};

export const testOrigin = { client: "192.0.2.1", device: "test" };

/** Users with sessions, on real tables and a real keyring; passwords cost nothing. */
export async function openSessionUsers(): Promise<SessionUsers> {
  const clock = createTestClock();
  const database = await openTestDatabase({ clock, poolSize: 24 });
  const directory = mkdtempSync(join(tmpdir(), "fintrack-keys-"));
  const path = join(directory, "keyring.json");
  const keyring = openKeyring({ source: "file", path, create: true }, { clock });
  const told: { kind: string; userId: Id }[] = [];
  const hashed: string[] = [];
  const attempts: Attempts = {
    take: async () => ({ allowed: true, retryAfterSeconds: 0 }),
    require: async () => {},
    giveBack: async () => {},
  };
  const deps: Deps = {
    ...{ db: database.database, clock, ids: systemIds, attempts, domainNames },
    settings: { termsVersion: "1", clientAttemptsPerHour: 100, linkOrigin: "", issuer: "test" },
    notify: async (_tx, kind, recipient) => {
      if ("userId" in recipient) told.push({ kind, userId: recipient.userId });
    },
    claimsOf: async (_ctx, { userIds }) => userIds.map((userId) => ({ userId, plan: "free" })),
    passwords: {
      hash: async (password) => {
        hashed.push("hash");
        return `new hash of ${password}`;
      },
      verify: async (password, hash) => {
        hashed.push("verify");
        return hash.endsWith(`hash of ${password}`) || !password.startsWith("wrong");
      },
      verifyNobody: async () => {
        hashed.push("verify");
        return false;
      },
      needsRehash: (hash) => hash.startsWith("old"),
    },
    auditTrail: { activityOf: async () => ({ items: [], nextCursor: null }) },
    totp: createTotp(),
    secondFactorVault: createSecondFactorVault(keyring),
    randomSecrets: createRandomSecrets(),
    accessTokens: createAccessTokens({ keyring, clock, issuer: "test" }),
    refreshTokenMacs: createRefreshTokenMacs(keyring),
    tokenCache: { distrust: () => {} },
    sessions: createSessionRepository(),
    revocations: createRevocationRepository(),
    signIns: createSignInRepository(),
    secondFactors: createSecondFactorRepository(),
  };
  const installation = { db: database.database, clock, keyring, url: "test" };
  return {
    ...{ clock, database, keyring, deps, told, hashed },
    addUser: (asked) => createUser(installation, asked),
    open: ({ id: userId }) =>
      database.database.transact(testContext, (tx) =>
        createSession(deps, tx, { userId, origin: testOrigin, authenticatedAt: clock.now() }),
      ),
    rotate(purpose) {
      const { activeFrom } = rotateKey(path, purpose, { clock });
      clock.advance(31); // so long until a node looks at the file again
      return { activeFrom: addSeconds(activeFrom, 0) };
    },
    async close() {
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
