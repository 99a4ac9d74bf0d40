import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import type { IdentityDeps } from "#modules/identity/deps";
import { recoveryCodesPerSet } from "#modules/identity/domain/recovery-code";
import { createRandomSecrets } from "#modules/identity/gateways/random-secrets";
import { createSecondFactorVault } from "#modules/identity/gateways/second-factor-vault";
import { createTotp } from "#modules/identity/gateways/totp";
import { createSecondFactorRepository } from "#modules/identity/storage/second-factor.repository";
import { users } from "#modules/identity/storage/tables";
import { makeRecoveryCodes } from "#modules/identity/use-cases/recovery-codes";
import type { Attempts } from "#platform/attempts/attempts";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import { addSeconds, epochMs, type Instant } from "#platform/kernel/time";
import { openKeyring, rotateKey } from "#platform/keyring/keyring";
import { systemIds } from "#platform/system";
import { testContext } from "./job-installation.ts";
import { createTestClock, type TestClock } from "./test-app.ts";
import { openTestDatabase, type TestDatabase } from "./test-database.ts";

/** What an authenticator app shows at that moment. */
export const totpAt = (secret: string, at: Instant): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: epochMs(at) });

export type Enrolled = {
  readonly userId: Id;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
};

export type SecondFactorUsers = {
  readonly clock: TestClock;
  readonly database: TestDatabase;
  readonly deps: Pick<
    IdentityDeps,
    | "db"
    | "clock"
    | "settings"
    | "attempts"
    | "notify"
    | "secondFactors"
    | "secondFactorVault"
    | "totp"
    | "randomSecrets"
  >;
  /** Kinds and data of what users were told, in order; those of transactions that failed, too. */
  readonly told: { readonly kind: string; readonly userId: Id; readonly data: object }[];
  /** What was taken and given back of attempts. */
  readonly counted: { taken: number; givenBack: number };
  /** A user with a confirmed second factor. */
  enrol(): Promise<Enrolled>;
  /** A new sealing key, in use from now on. */
  rotateKey(): void;
  close(): Promise<void>;
};

/** Users with second factors, on real tables and a real keyring. */
export async function openSecondFactorUsers(): Promise<SecondFactorUsers> {
  const clock = createTestClock();
  const database = await openTestDatabase({ clock, poolSize: 24 });
  const directory = mkdtempSync(join(tmpdir(), "fintrack-keys-"));
  const path = join(directory, "keyring.json");
  const purposes = { "second-factor": "sealing" } as const;
  const keyring = openKeyring({ source: "file", path, create: true }, { clock, purposes });
  const told: { kind: string; userId: Id; data: object }[] = [];
  const counted = { taken: 0, givenBack: 0 };
  const attempts: Attempts = {
    take: async () => ({ allowed: true, retryAfterSeconds: 0 }),
    async require() {
      counted.taken += 1;
    },
    async giveBack() {
      counted.givenBack += 1;
    },
  };
  const deps: SecondFactorUsers["deps"] = {
    ...{ db: database.database, clock, attempts },
    settings: { termsVersion: "1", clientAttemptsPerHour: 100, linkOrigin: "", issuer: "" },
    notify: async (_tx, kind, recipient, data) => {
      if ("userId" in recipient) told.push({ kind, userId: recipient.userId, data });
    },
    secondFactors: createSecondFactorRepository(),
    secondFactorVault: createSecondFactorVault(keyring),
    totp: createTotp(),
    randomSecrets: createRandomSecrets(),
  };

  async function insertUser(): Promise<Id> {
    const [userId, now] = [systemIds.next(), clock.now()];
    await database.database.transact(testContext, async (tx) => {
      await tx.insert(users).values({
        ...{ id: userId, address: `${userId}@example.org`, addressKey: `${userId}@example.org` },
        ...{ displayName: "Emir", displayNameKey: "emir", status: "active", roles: ["user"] },
        ...{ locale: "en", timeZone: "UTC", baseCurrency: "EUR" as CurrencyCode },
        ...{ mutedCategories: [], termsVersion: "1", termsAcceptedAt: now },
        ...{ hasSecondFactor: true, createdAt: now, updatedAt: now },
      });
    });
    return userId;
  }

  return {
    ...{ clock, database, deps, told, counted },
    async enrol() {
      const userId = await insertUser();
      const secret = deps.totp.newSecret();
      const sealedSecret = deps.secondFactorVault.seal(userId, secret);
      const { recoveryCodes, hashes } = makeRecoveryCodes(deps);
      const at = clock.now();
      if (hashes.length !== recoveryCodesPerSet) throw new Error("not a whole set");
      await database.database.transact(testContext, async (tx) => {
        await deps.secondFactors.putPending(tx, { userId, sealedSecret, createdAt: at });
        await deps.secondFactors.confirm(tx, { userId, sealedSecret, step: 1, at });
        await deps.secondFactors.replaceRecoveryCodes(tx, userId, hashes);
      });
      return { userId, secret, recoveryCodes };
    },
    rotateKey() {
      const { activeFrom } = rotateKey(path, "second-factor", { clock, purposes });
      clock.set(addSeconds(activeFrom, 1));
    },
    async close() {
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
