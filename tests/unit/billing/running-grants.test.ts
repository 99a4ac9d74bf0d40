import { beforeEach, describe, expect, test } from "bun:test";
import { createRunningGrants } from "#modules/billing/use-cases/running-grants";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, type Instant, parseInstant } from "#platform/kernel/time";
import { systemIds } from "#platform/system";

type Deps = Parameters<typeof createRunningGrants>[0];

const start = parseInstant("2026-11-22T12:00:00Z");
const end = addSeconds(start, 86_400);
let now: Instant = start;
let stored = new Map<Id, "plus" | "pro">();
let asked: (readonly Id[])[] = [];
let reading: () => Promise<void> = async () => {};

const running = () =>
  createRunningGrants({
    clock: { now: () => now },
    db: { read: {} },
    grants: {
      async running(_: unknown, userIds: readonly Id[]) {
        asked.push(userIds);
        const rows = userIds.flatMap((userId) => {
          const plan = stored.get(userId);
          return plan ? [{ userId, plan, expiresAt: end }] : [];
        });
        await reading();
        return rows;
      },
    },
  } as unknown as Deps);

const [ada, ben] = [systemIds.next(), systemIds.next()];
beforeEach(() => {
  now = start;
  stored = new Map([[ada, "plus"]]);
  asked = [];
  reading = async () => {};
});
const planOf = async (holder: ReturnType<typeof running>, userId: Id) =>
  (await holder.of([userId])).get(userId)?.map(({ plan }) => plan);

describe("what a node remembers of grants", () => {
  test("is read once for all who are asked for, those without a grant included", async () => {
    const holder = running();
    const both = await holder.of([ada, ben, ada]);
    expect([...both.keys()]).toEqual([ada, ben]);
    expect(both.get(ben)).toEqual([]);
    await holder.of([ben]);
    expect(asked).toEqual([[ada, ben]]);
  });

  test("is read anew after ten seconds, though nobody told of a change", async () => {
    const holder = running();
    expect(await planOf(holder, ada)).toEqual(["plus"]);
    stored.set(ada, "pro");
    now = addSeconds(start, 9);
    expect(await planOf(holder, ada)).toEqual(["plus"]);
    now = addSeconds(start, 10);
    expect(await planOf(holder, ada)).toEqual(["pro"]);
  });

  test("is not believed when the clock was set back behind it", async () => {
    const holder = running();
    await planOf(holder, ada);
    stored.set(ada, "pro");
    now = addSeconds(start, -3600);
    expect(await planOf(holder, ada)).toEqual(["pro"]);
  });

  test("is forgotten for one, or for all", async () => {
    const holder = running();
    await holder.of([ada, ben]);
    holder.forget(ada);
    await holder.of([ada, ben]);
    holder.forgetAll();
    await holder.of([ada, ben]);
    expect(asked).toEqual([[ada, ben], [ada], [ada, ben]]);
  });

  test("is not what was read before a change that was told meanwhile", async () => {
    const holder = running();
    reading = async () => {
      stored.set(ada, "pro");
      holder.forget(ada);
    };
    expect(await planOf(holder, ada)).toEqual(["plus"]);
    reading = async () => {};
    expect(await planOf(holder, ada)).toEqual(["pro"]);
  });

  test("has a bound: beyond 10,000 users the one read longest ago is forgotten", async () => {
    const holder = running();
    await holder.of([ada]);
    for (let group = 0; group < 10; group += 1)
      await holder.of(Array.from({ length: 1000 }, () => systemIds.next()));
    asked = [];
    await holder.of([ada]);
    expect(asked).toEqual([[ada]]);
  });
});
