import { afterAll, describe, expect, test } from "bun:test";
import { sql } from "drizzle-orm";
import fc from "fast-check";
import type { AttemptSubject, DelayRule, WindowRule } from "#platform/attempts/attempts";
import { createAttempts } from "#platform/attempts/create-attempts";
import { purgeAttemptsJob } from "#platform/attempts/purge-job";
import { openDatabase } from "#platform/db/client";
import { parseConnection } from "#platform/db/connection";
import { type RequestContext, systemContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import { addSeconds, parseInstant } from "#platform/kernel/time";
import { attemptModel } from "../../support/attempt-model.ts";
import { openTestDatabase } from "../../support/test-database.ts";
import { testKeyring } from "../../support/test-keyring.ts";

const start = parseInstant("2026-03-01T08:00:00Z");
const time = { seconds: 0 };
const clock = { now: () => addSeconds(start, time.seconds) };
const main = await openTestDatabase({ clock });
const otherProcess = openDatabase({
  connection: parseConnection(main.appUrl),
  poolSize: 8,
  processId: "another process",
  keyring: testKeyring,
  clock,
});
afterAll(async () => {
  await otherProcess.close();
  await main.close();
});

const hmac = (data: string) => testKeyring.hmac("attempt-subject", data);
const attempts = createAttempts({ db: main.database, clock, hmac });
const elsewhere = createAttempts({ db: otherProcess, clock, hmac });
const ctx: RequestContext = systemContext("test", "request-1");

const fivePerHour: WindowRule = { name: "five", kind: "window", limit: 5, windowSeconds: 3600 };
const growing: DelayRule = {
  name: "growing",
  kind: "delay",
  free: 3,
  firstDelaySeconds: 30,
  maxDelaySeconds: 200,
  forgetAfterSeconds: 86_400,
};
let subjects = 0;
const fresh = (rule: AttemptSubject["rule"]): AttemptSubject => ({
  rule,
  subject: `somebody ${subjects++}`,
});
const allowed = { allowed: true, retryAfterSeconds: 0 };
const refused = (retryAfterSeconds: number) => ({ allowed: false, retryAfterSeconds });
const countRows = async () => {
  const [row] = await main.database.read.execute<{ rows: number }>(
    sql`select count(*)::int as rows from platform.attempts`,
  );
  return row?.rows;
};

describe("a window rule", () => {
  test("allows its limit, then refuses until the window that began with the first attempt is over", async () => {
    const one = fresh(fivePerHour);
    for (let i = 0; i < 5; i += 1) {
      expect(await attempts.take(ctx, [one])).toEqual(allowed);
      time.seconds += 600;
    }
    expect(await attempts.take(ctx, [one])).toEqual(refused(600));
    time.seconds += 599.5;
    expect(await attempts.take(ctx, [one])).toEqual(refused(1));
    time.seconds += 0.5;
    for (let i = 0; i < 5; i += 1) expect(await attempts.take(ctx, [one])).toEqual(allowed);
    expect(await attempts.take(ctx, [one])).toEqual(refused(3600));
  });

  test("counts each subject and each rule by itself", async () => {
    const one = fresh({ ...fivePerHour, limit: 1 });
    const sameOfAnotherRule = { ...one, rule: { ...one.rule, name: "another" } };
    expect(await attempts.take(ctx, [one])).toEqual(allowed);
    expect(await attempts.take(ctx, [sameOfAnotherRule])).toEqual(allowed);
    expect(await attempts.take(ctx, [fresh(one.rule)])).toEqual(allowed);
    expect((await attempts.take(ctx, [one])).allowed).toBe(false);
  });
});

describe("a delay rule", () => {
  test("makes each attempt after the free ones wait twice as long as the one before, up to its bound", async () => {
    const one = fresh(growing);
    for (let i = 0; i < 3; i += 1) expect(await attempts.take(ctx, [one])).toEqual(allowed);
    for (const wait of [30, 60, 120, 200, 200]) {
      expect(await attempts.take(ctx, [one])).toEqual(allowed);
      expect(await attempts.take(ctx, [one])).toEqual(refused(wait));
      time.seconds += wait - 0.001;
      expect(await attempts.take(ctx, [one])).toEqual(refused(1));
      time.seconds += 0.001;
    }
  });

  test("stays at its bound however many attempts there were", async () => {
    const one = fresh({ ...growing, free: 0, firstDelaySeconds: 1, maxDelaySeconds: 2 });
    for (let i = 0; i < 60; i += 1) {
      expect(await attempts.take(ctx, [one])).toEqual(allowed);
      time.seconds += 2;
    }
  });

  test("forgets after a time without an attempt; refused ones do not prolong it", async () => {
    const one = fresh({ ...growing, free: 0, forgetAfterSeconds: 1000, maxDelaySeconds: 1000 });
    for (const wait of [30, 60, 120, 240, 480]) {
      expect(await attempts.take(ctx, [one])).toEqual(allowed);
      time.seconds += wait;
    }
    expect(await attempts.take(ctx, [one])).toEqual(allowed);
    time.seconds += 900;
    expect(await attempts.take(ctx, [one])).toEqual(refused(60));
    time.seconds += 100;
    expect(await attempts.take(ctx, [one])).toEqual(allowed);
    expect(await attempts.take(ctx, [one])).toEqual(refused(30));
  });
});

describe("several subjects", () => {
  test("are counted all or, when one of them has none left, not at all", async () => {
    const [account, client] = [fresh(growing), fresh({ ...fivePerHour, limit: 1 })];
    const other = fresh(fivePerHour);
    expect(await attempts.take(ctx, [client, account])).toEqual(allowed);
    for (let i = 0; i < 20; i += 1)
      expect(await attempts.take(ctx, [other, account, client])).toEqual(refused(3600));
    for (let i = 0; i < 5; i += 1) expect(await attempts.take(ctx, [other])).toEqual(allowed);
    for (let i = 0; i < 3; i += 1) expect(await attempts.take(ctx, [account])).toEqual(allowed);
    expect(await attempts.take(ctx, [account])).toEqual(refused(30));
  });

  test("are refused as long as the strictest rule refuses", async () => {
    const [short, long] = [fresh({ ...growing, free: 0 }), fresh({ ...fivePerHour, limit: 1 })];
    await attempts.take(ctx, [short]);
    await attempts.take(ctx, [long]);
    expect(await attempts.take(ctx, [short, long])).toEqual(refused(3600));
    expect(await attempts.take(ctx, [long, short])).toEqual(refused(3600));
    expect(await attempts.take(ctx, [short])).toEqual(refused(30));
  });

  test("that are refused leave no row behind for those that were never counted", async () => {
    const full = fresh({ ...fivePerHour, limit: 1 });
    await attempts.take(ctx, [full]);
    const before = await countRows();
    for (let i = 0; i < 10; i += 1) await attempts.take(ctx, [fresh(growing), full]);
    expect(await countRows()).toBe(before);
  });

  test("none of them: allowed", async () => {
    expect(await attempts.take(ctx, [])).toEqual(allowed);
    await attempts.giveBack(ctx, []);
  });
});

describe("attempts at the same moment", () => {
  test("of 50 at a limit of 5, over two processes, exactly 5 are allowed", async () => {
    for (let round = 0; round < 3; round += 1) {
      const one = fresh(fivePerHour);
      const verdicts = await Promise.all(
        Array.from({ length: 50 }, (_, i) => (i % 2 ? attempts : elsewhere).take(ctx, [one])),
      );
      expect(verdicts.filter((verdict) => verdict.allowed)).toHaveLength(5);
    }
  });

  test("of a delay rule never more are allowed than are free, and the one that is followed by a wait", async () => {
    const one = fresh(growing);
    const verdicts = await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 ? attempts : elsewhere).take(ctx, [one])),
    );
    expect(verdicts.filter((verdict) => verdict.allowed)).toHaveLength(4);
  });

  test("of overlapping subjects in any order neither block each other nor overshoot", async () => {
    const pool = Array.from({ length: 4 }, () => fresh({ ...fivePerHour, limit: 12 }));
    const taken = new Map<string, number>();
    const askers = Array.from({ length: 80 }, (_, i) => {
      const [a, b] = [pool[i % 4], pool[(i * 7 + 1 + (i >> 2)) % 4]].filter((one) => one);
      const chosen = [...new Set(i % 3 ? [a, b] : [b, a])].filter((one) => one !== undefined);
      return async () => {
        const verdict = await (i % 2 ? attempts : elsewhere).take(ctx, chosen);
        if (!verdict.allowed) return;
        for (const { subject } of chosen) taken.set(subject, (taken.get(subject) ?? 0) + 1);
      };
    });
    await Promise.all(askers.map((ask) => ask()));
    expect([...taken.values()].every((count) => count <= 12)).toBe(true);
    for (const one of pool) {
      const left = 12 - (taken.get(one.subject) ?? 0);
      for (let i = 0; i < left; i += 1) expect(await attempts.take(ctx, [one])).toEqual(allowed);
      expect((await attempts.take(ctx, [one])).allowed).toBe(false);
    }
  });
});

describe("giving back", () => {
  test("frees one attempt of a window, and not more than were taken", async () => {
    const one = fresh({ ...fivePerHour, limit: 2 });
    await attempts.take(ctx, [one]);
    await attempts.take(ctx, [one]);
    await attempts.giveBack(ctx, [one]);
    expect(await attempts.take(ctx, [one])).toEqual(allowed);
    expect((await attempts.take(ctx, [one])).allowed).toBe(false);
    for (let i = 0; i < 5; i += 1) await attempts.giveBack(ctx, [one]);
    for (let i = 0; i < 2; i += 1) expect(await attempts.take(ctx, [one])).toEqual(allowed);
    expect((await attempts.take(ctx, [one])).allowed).toBe(false);
  });

  test("of the only attempt leaves no window running", async () => {
    const one = fresh({ ...fivePerHour, limit: 1 });
    await attempts.take(ctx, [one]);
    time.seconds += 3000;
    await attempts.giveBack(ctx, [one]);
    await attempts.take(ctx, [one]);
    expect(await attempts.take(ctx, [one])).toEqual(refused(3600));
  });

  test("forgets all attempts of a delay rule", async () => {
    const one = fresh(growing);
    for (let i = 0; i < 4; i += 1) await attempts.take(ctx, [one]);
    await attempts.giveBack(ctx, [one]);
    for (let i = 0; i < 4; i += 1) expect(await attempts.take(ctx, [one])).toEqual(allowed);
    expect(await attempts.take(ctx, [one])).toEqual(refused(30));
  });

  test("at the same moment gives each attempt back once", async () => {
    const one = fresh({ ...fivePerHour, limit: 10 });
    for (let i = 0; i < 10; i += 1) await attempts.take(ctx, [one]);
    await Promise.all(
      Array.from({ length: 6 }, (_, i) => (i % 2 ? attempts : elsewhere).giveBack(ctx, [one])),
    );
    for (let i = 0; i < 6; i += 1) expect(await attempts.take(ctx, [one])).toEqual(allowed);
    expect((await attempts.take(ctx, [one])).allowed).toBe(false);
  });
});

test("whatever is taken and given back, and when: it is as the rules say", async () => {
  const rules = [
    { ...fivePerHour, limit: 2, windowSeconds: 40 },
    { ...growing, free: 1, firstDelaySeconds: 10, maxDelaySeconds: 30, forgetAfterSeconds: 50 },
    { ...fivePerHour, name: "one", limit: 1, windowSeconds: 15 },
  ];
  const step = fc.record({
    waitSeconds: fc.constantFrom(0, 0, 0.001, 5, 9.999, 10, 15, 40),
    gives: fc.boolean().map((gives) => gives),
    rules: fc.subarray(rules, { minLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const model = attemptModel();
      const subject = fresh(fivePerHour).subject;
      for (const { waitSeconds, gives, rules: chosen } of steps) {
        time.seconds = Math.round((time.seconds + waitSeconds) * 1000) / 1000;
        const asked = chosen.map((rule) => ({ rule, subject }));
        const verdict = await attempts.take(ctx, asked);
        expect(verdict).toEqual(model.take(chosen, time.seconds));
        if (!gives || !verdict.allowed) continue;
        await attempts.giveBack(ctx, asked);
        model.giveBack(chosen);
      }
    }),
    { numRuns: 60 },
  );
});

describe("require", () => {
  test("lets pass what take allows, and is 429 with Retry-After for the rest", async () => {
    const one = fresh({ ...fivePerHour, limit: 1 });
    await attempts.require(ctx, [one]);
    const error = await attempts.require(ctx, [one]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: "limit.exceeded",
      kind: "limit",
      retryAfterSeconds: 3600,
    });
  });
});

describe("what is stored", () => {
  test("names nobody", async () => {
    const one = { rule: fivePerHour, subject: "ada@example.org" };
    await attempts.take(ctx, [one]);
    const rows = await main.database.read.execute(sql`select * from platform.attempts`);
    expect(JSON.stringify(rows)).not.toContain("example.org");
    expect(rows.some((row) => row["subject"] === hmac('["five","ada@example.org"]'))).toBe(true);
  });

  test("leaves the request's Idempotency-Key to what the request asks for", async () => {
    const one = fresh({ ...fivePerHour, limit: 2 });
    const idempotency = { scope: "s", key: "k", fingerprint: "f" };
    for (let i = 0; i < 2; i += 1)
      expect(await attempts.take({ ...ctx, idempotency }, [one])).toEqual(allowed);
    expect((await attempts.take({ ...ctx, idempotency }, [one])).allowed).toBe(false);
    await attempts.giveBack({ ...ctx, idempotency }, [one]);
    const [stored] = await main.database.read.execute(
      sql`select count(*)::int as keys from platform.idempotency_keys`,
    );
    expect(stored).toEqual({ keys: 0 });
  });

  test("is deleted once it is forgotten, and not before", async () => {
    const [kept, gone] = [fresh(growing), fresh({ ...fivePerHour, windowSeconds: 60 })];
    const purge = () =>
      purgeAttemptsJob({ db: main.database, clock }).run(ctx, {}, AbortSignal.any([]));
    time.seconds += 10 * 86_400;
    await purge();
    expect(await countRows()).toBe(0);
    await attempts.take(ctx, [kept, gone]);
    time.seconds += 59.999;
    await purge();
    expect(await countRows()).toBe(2);
    time.seconds += 0.001;
    await purge();
    expect(await countRows()).toBe(1);
    time.seconds += 86_400;
    await purge();
    expect(await countRows()).toBe(0);
  });

  test("may be purged while attempts are taken", async () => {
    const purge = purgeAttemptsJob({ db: otherProcess, clock });
    const one = Array.from({ length: 3 }, () =>
      fresh({ ...fivePerHour, limit: 1, windowSeconds: 1 }),
    );
    for (let round = 0; round < 20; round += 1) {
      time.seconds += 1;
      const [verdicts] = await Promise.all([
        Promise.all(Array.from({ length: 6 }, () => attempts.take(ctx, one))),
        purge.run(ctx, {}, AbortSignal.any([])),
      ]);
      expect(verdicts.filter((verdict) => verdict.allowed)).toHaveLength(1);
    }
  });
});

describe("a defect of the caller", () => {
  test.each([
    { ...fivePerHour, limit: 0 },
    { ...fivePerHour, windowSeconds: 0.5 },
    { ...growing, free: -1 },
    { ...growing, firstDelaySeconds: 300 },
    { ...growing, forgetAfterSeconds: 199 },
  ])("such as the rule %o is told", async (rule) => {
    expect(attempts.take(ctx, [fresh(rule)])).rejects.toThrow("cannot be kept");
  });

  test("such as a subject named twice, or too many of them, is told", async () => {
    const one = fresh(growing);
    expect(attempts.take(ctx, [one, { ...one }])).rejects.toThrow("twice");
    const many = Array.from({ length: 9 }, () => fresh(growing));
    expect(attempts.take(ctx, many)).rejects.toThrow("at most 8");
  });

  test("such as counting inside a transaction, which may roll back, is told", async () => {
    const inside = main.database.transact(ctx, () => attempts.take(ctx, [fresh(growing)]));
    expect(inside).rejects.toThrow("beside the transaction");
  });
});
