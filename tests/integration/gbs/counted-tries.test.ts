import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { StoredLenderHeader } from "#modules/gbs/deps";
import { createLenderKeys, type LenderKeys } from "#modules/gbs/gateways/lender-keys";
import { openWithKey } from "#modules/gbs/use-cases/try-key";
import { withinLimit } from "#modules/gbs/use-cases/within-limit";
import type { WindowRule } from "#platform/attempts/attempts";
import { createAttempts } from "#platform/attempts/create-attempts";
import { createCpuGate } from "#platform/cpu-gate";
import { systemContext } from "#platform/kernel/context";
import type { AppError } from "#platform/kernel/errors";
import { systemIds } from "#platform/system";
import { recordLog } from "../../support/log-lines.ts";
import { createTestClock } from "../../support/test-app.ts";
import { openTestDatabase } from "../../support/test-database.ts";
import { testKeyring } from "../../support/test-keyring.ts";

const clock = createTestClock();
const main = await openTestDatabase({ clock });
afterAll(() => main.close());
const hmac = (data: string) => testKeyring.hmac("attempt-subject", data);
const attempts = createAttempts({ db: main.database, clock, hmac });
const ctx = systemContext("test", "request-1");
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: AppError) => error.code,
  );

describe("a key that is tried", () => {
  const cpuGate = createCpuGate({ parallel: 1, queue: 0 });
  const lenderKeys = createLenderKeys({ cpuGate });
  const wrong = "00000-00000-00000-00000";
  let key: string;
  let header: StoredLenderHeader;
  beforeAll(async () => {
    const { key: shown, ...made } = await lenderKeys.makeKey(new Uint8Array(16).fill(7));
    key = shown;
    header = {
      ...{ evidenceId: systemIds.next(), generation: 1, kind: "passphrase", madeAt: clock.now() },
      ...made,
    } as StoredLenderHeader;
  });
  const trying = (debtId: ReturnType<typeof systemIds.next>, typed: string) =>
    codeOf(openWithKey({ attempts, lenderKeys }, ctx, { debtId, header, typed }));
  async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const running = cpuGate.run(() => promise);
    try {
      return await work();
    } finally {
      resolve();
      await running;
    }
  }

  test("while there is too much to compute was not tried: the right one opens at once", async () => {
    const debtId = systemIds.next();
    for (let times = 0; times < 5; times += 1)
      expect(await whileBusy(() => trying(debtId, wrong))).toBe("cpu.busy");
    expect(await trying(debtId, key)).toBe("done");
  });

  test("while there is too much to compute leaves the waits for wrong keys as they were", async () => {
    const debtId = systemIds.next();
    for (const wait of [3, 6]) {
      expect(await trying(debtId, wrong)).toBe("gbs.wrong_key");
      expect(await whileBusy(() => trying(debtId, wrong))).toBe("cpu.busy");
      clock.advance(wait - 1);
      expect(await trying(debtId, key)).toBe("limit.exceeded");
      clock.advance(1);
    }
    expect(await trying(debtId, wrong)).toBe("gbs.wrong_key");
    clock.advance(11);
    expect(await trying(debtId, key)).toBe("limit.exceeded");
  });

  test("counts before it is computed: whoever dies in between has tried", async () => {
    const debtId = systemIds.next();
    const counted = Promise.withResolvers<void>();
    const dying: LenderKeys = {
      ...lenderKeys,
      async open(_stored, _key, begin) {
        await begin();
        counted.resolve();
        return new Promise<never>(() => {});
      },
    };
    void openWithKey({ attempts, lenderKeys: dying }, ctx, { debtId, header, typed: wrong });
    await counted.promise;
    expect(await trying(debtId, key)).toBe("limit.exceeded");
  });

  test("against a header that was changed was not tried", async () => {
    const debtId = systemIds.next();
    const changed = { ...header, headerSha256: "0".repeat(64) };
    const asked = { debtId, header: changed, typed: key };
    for (let times = 0; times < 3; times += 1)
      expect(await codeOf(openWithKey({ attempts, lenderKeys }, ctx, asked))).toBe(
        "gbs.evidence_damaged",
      );
    expect(await trying(debtId, key)).toBe("done");
  });
});

describe("work within a limit", () => {
  const rule: WindowRule = { name: "test", kind: "window", limit: 3, windowSeconds: 86_400 };
  const { logger } = recordLog("info");
  const limited = (subject: string) => ({ rule, subject, says: "Three a day." });
  const run = (subject: string, work: () => Promise<boolean>) =>
    codeOf(withinLimit({ attempts, logger }, ctx, limited(subject), work, (made) => made));

  test("counts only what was made, and of many at once no more than that", async () => {
    const subject = systemIds.next();
    const failing = () => Promise.reject(Object.assign(new Error(), { code: "storage.full" }));
    for (let times = 0; times < 4; times += 1) {
      expect(await run(subject, failing)).toBe("storage.full");
      expect(await run(subject, async () => false)).toBe("done");
    }
    const made = await Promise.all([1, 2, 3, 4, 5].map(() => run(subject, async () => true)));
    expect(made.toSorted()).toEqual([
      ...["done", "done", "done", "limit.exceeded", "limit.exceeded"],
    ]);
  });

  test("counts while it is underway: whoever dies in it has used it up", async () => {
    const subject = systemIds.next();
    for (let times = 0; times < 3; times += 1) {
      const begun = Promise.withResolvers<void>();
      void run(subject, () => {
        begun.resolve();
        return new Promise<never>(() => {});
      });
      await begun.promise;
    }
    expect(await run(subject, async () => true)).toBe("limit.exceeded");
  });
});
