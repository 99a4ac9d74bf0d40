import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type SecondFactorMethod,
  verifySecondFactor,
} from "#modules/identity/use-cases/verify-second-factor";
import type { RequestContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import { testContext } from "../../support/job-installation.ts";
import {
  openSecondFactorUsers,
  type SecondFactorUsers,
  totpAt,
} from "../../support/second-factor-users.ts";

let installation: SecondFactorUsers;
beforeAll(async () => {
  installation = await openSecondFactorUsers();
});
afterAll(() => installation.close());

const stepSeconds = 30;
const origin = { client: "192.0.2.1", device: "" };
const verify = (userId: Id, code: string, ctx: RequestContext = testContext) =>
  verifySecondFactor(installation.deps, ctx, { userId, code, origin });
const nowShown = (secret: string) => totpAt(secret, installation.clock.now());
const accepted = (results: readonly (SecondFactorMethod | null)[]) =>
  results.filter((method) => method !== null);

describe("a code of the app", () => {
  test("is accepted, however it is typed", async () => {
    for (const type of [
      (code: string) => code,
      (code: string) => `${code.slice(0, 3)} ${code.slice(3)} `,
    ]) {
      const { userId, secret } = await installation.enrol();
      expect(await verify(userId, type(nowShown(secret)))).toBe("totp");
    }
  });

  test("works once", async () => {
    const { userId, secret } = await installation.enrol();
    const code = nowShown(secret);
    expect([await verify(userId, code), await verify(userId, code)]).toEqual(["totp", null]);
  });

  test("works once also when it comes twenty times at the same moment", async () => {
    const { userId, secret } = await installation.enrol();
    const code = nowShown(secret);
    const results = await Promise.all(Array.from({ length: 20 }, () => verify(userId, code)));
    expect(accepted(results)).toEqual(["totp"]);
  });

  test("of an earlier step does not work after one of a later step", async () => {
    const { userId, secret } = await installation.enrol();
    const now = installation.clock.now();
    const [earlier, later] = [totpAt(secret, now), totpAt(secret, addSeconds(now, stepSeconds))];
    expect([await verify(userId, later), await verify(userId, earlier)]).toEqual(["totp", null]);
  });

  test("is each accepted at most once, in whatever order codes come and however time goes on", async () => {
    const tries = fc.array(fc.record({ wait: fc.nat(90), skew: fc.integer({ min: -3, max: 3 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(tries, async (list) => {
        const { userId, secret } = await installation.enrol();
        let used = 0;
        for (const { wait, skew } of list) {
          installation.clock.advance(wait);
          const now = installation.clock.now();
          const step = Math.floor(Date.parse(now) / 1000 / stepSeconds) + skew;
          const result = await verify(userId, totpAt(secret, addSeconds(now, skew * stepSeconds)));
          const wanted = Math.abs(skew) <= 1 && step > used;
          expect([skew, result !== null]).toEqual([skew, wanted]);
          if (result !== null) used = step;
        }
      }),
      { numRuns: 25 },
    );
  });

  test("of somebody else does not work", async () => {
    const [one, other] = [await installation.enrol(), await installation.enrol()];
    expect(await verify(one.userId, nowShown(other.secret))).toBeNull();
  });

  test("does not work for whoever has no second factor, or has not confirmed it", async () => {
    const { deps, database, clock } = installation;
    const { userId, secret } = await installation.enrol();
    await database.database.transact(testContext, async (tx) => {
      await deps.secondFactors.remove(tx, userId);
    });
    expect(await verify(userId, nowShown(secret))).toBeNull();
    const sealedSecret = deps.secondFactorVault.seal(userId, secret);
    await database.database.transact(testContext, async (tx) => {
      await deps.secondFactors.putPending(tx, { userId, sealedSecret, createdAt: clock.now() });
    });
    expect(await verify(userId, nowShown(secret))).toBeNull();
    expect(await verify(systemIds.next(), nowShown(secret))).toBeNull();
  });

  test("does not take the Idempotency-Key of the request that it came with", async () => {
    const { userId, secret } = await installation.enrol();
    const idempotency = { scope: "s", key: "k", fingerprint: "f", secret: true };
    const ctx = { ...testContext, idempotency };
    expect(await verify(userId, nowShown(secret), ctx)).toBe("totp");
    expect(await verify(userId, "000000", ctx)).toBeNull();
  });
});

describe("a recovery code", () => {
  test("is accepted as it is typed from paper, and tells the user how many are left", async () => {
    const { userId, recoveryCodes } = await installation.enrol();
    const typed = recoveryCodes
      .slice(0, 2)
      .map((code) =>
        code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l"),
      );
    for (const code of typed) expect(await verify(userId, code)).toBe("recovery_code");
    const told = installation.told.filter((message) => message.userId === userId);
    expect(told).toEqual(
      ["9", "8"].map((left) => ({
        kind: "identity.recovery_code_used",
        userId,
        data: { left, time: installation.clock.now() },
      })),
    );
  });

  test("works once, also when it comes twenty times at the same moment", async () => {
    const { userId, recoveryCodes } = await installation.enrol();
    const [code = ""] = recoveryCodes;
    const results = await Promise.all(Array.from({ length: 20 }, () => verify(userId, code)));
    expect(accepted(results)).toEqual(["recovery_code"]);
    expect(installation.told.filter((message) => message.userId === userId)).toHaveLength(1);
  });

  test("of a set of ten, all work, and then none", async () => {
    const { userId, recoveryCodes } = await installation.enrol();
    for (const code of recoveryCodes) expect(await verify(userId, code)).toBe("recovery_code");
    for (const code of recoveryCodes) expect(await verify(userId, code)).toBeNull();
  });

  test("of somebody else does not work", async () => {
    const [one, other] = [await installation.enrol(), await installation.enrol()];
    expect(await verify(one.userId, other.recoveryCodes[0] ?? "")).toBeNull();
  });
});

describe("attempts", () => {
  test("are taken for every try and given back for the right code only", async () => {
    const { userId, secret } = await installation.enrol();
    const { counted } = installation;
    const before = { ...counted };
    for (const code of ["000000", "", "AAAA-AAAA-AAAA-AAAA", "not a code", nowShown(secret)])
      await verify(userId, code);
    expect([counted.taken - before.taken, counted.givenBack - before.givenBack]).toEqual([5, 1]);
  });
});

describe("at rest", () => {
  test("secrets and codes stand nowhere in clear", async () => {
    const { userId, secret, recoveryCodes } = await installation.enrol();
    const { database } = installation.database;
    const rows = await Promise.all(
      ["second_factors", "recovery_codes"].map((table) =>
        database.read.execute<{ row: string }>(
          `select to_jsonb(t)::text as row from identity.${table} t where user_id = '${userId}'`,
        ),
      ),
    );
    const text = rows
      .flat()
      .map(({ row }) => row)
      .join("\n");
    expect(rows.map((list) => list.length)).toEqual([1, 10]);
    for (const kept of [
      secret,
      ...recoveryCodes,
      ...recoveryCodes.map((code) => code.replaceAll("-", "")),
    ])
      expect(text).not.toContain(kept);
  });

  test("a secret opens for its own user alone", async () => {
    const { userId, secret } = await installation.enrol();
    const { secondFactorVault } = installation.deps;
    const sealed = secondFactorVault.seal(userId, secret);
    expect(secondFactorVault.open(userId, sealed)).toEqual({ secret, resealed: null });
    expect(() => secondFactorVault.open(systemIds.next(), sealed)).toThrow("does not open");
  });

  test("a secret under an older key is sealed anew at its next use, and works on", async () => {
    const { userId, secret } = await installation.enrol();
    const { deps, clock, database } = installation;
    const stored = async () =>
      (await deps.secondFactors.find(database.database.read, userId))?.sealedSecret ?? "";
    const keyOf = (sealed: string) => sealed.split(".")[0];
    const before = await stored();
    installation.rotateKey();
    expect(await verify(userId, "000000")).toBeNull();
    expect(await stored()).toBe(before);

    expect(await verify(userId, nowShown(secret))).toBe("totp");
    const after = await stored();
    expect(keyOf(after)).not.toBe(keyOf(before));
    clock.advance(stepSeconds);
    expect(await verify(userId, nowShown(secret))).toBe("totp");
    expect(await stored()).toBe(after);
  });
});
