import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { maxActiveGrants } from "#modules/billing/domain/grant";
import { claimsOf, entitlementsOf } from "#modules/billing/use-cases/entitlements-of";
import { grantPlan } from "#modules/billing/use-cases/grant-plan";
import { revokePlan } from "#modules/billing/use-cases/revoke-plan";
import type { Id } from "#platform/kernel/ids";
import { addSeconds } from "#platform/kernel/time";
import { systemIds } from "#platform/system";
import {
  asUser,
  type BillingInstallation,
  openBillingInstallation,
} from "../../support/billing-installation.ts";
import { testContext } from "../../support/job-installation.ts";

let billing: BillingInstallation;
beforeAll(async () => {
  billing = await openBillingInstallation();
});
afterAll(() => billing.close());

let user: Id;
beforeEach(async () => {
  user = systemIds.next();
  await billing.runJobs(true);
  billing.told.length = 0;
  billing.expired.length = 0;
});

const give = (plan: string, days: number, ctx = testContext) =>
  grantPlan(billing.deps, ctx, { userId: user, plan, days, reason: "to see it work" });
const takeBack = () => revokePlan(billing.deps, testContext, { userId: user, reason: "a mistake" });
const mine = async () => (await entitlementsOf(billing.deps, testContext, { userIds: [user] }))[0];
const claimed = async () =>
  (await claimsOf(billing.deps, testContext, { userIds: [user] }))[0]?.plan;
const rows = () =>
  billing.installation
    .sql`select * from billing.grants where user_id = ${user} order by granted_at, id`;

describe("a grant", () => {
  test("is effective at once and names its end; tokens and the user hear of it", async () => {
    expect(await mine()).toMatchObject({ plan: "free", accountsMax: 3, source: "default" });
    const grant = await give("plus", 30);
    const end = addSeconds(billing.clock.now(), 30 * 86_400);
    expect(grant).toMatchObject({ plan: "plus", grantedBy: "test", expiresAt: end });
    expect(await mine()).toEqual({
      userId: user,
      plan: "plus",
      accountsMax: null,
      aiInsights: true,
      gbs: false,
      advancedReporting: false,
      source: "granted",
      until: end,
    });
    expect(billing.told).toEqual([
      ["billing.plan_granted", user, { plan: "Plus", time: end, reason: "to see it work" }],
    ]);
    await billing.runJobs();
    expect(billing.expired).toEqual([user]);
  });

  test("ends at its very instant, though everybody remembers it; then tokens are expired again", async () => {
    const { expiresAt } = await give("pro", 1);
    const { start_after } = await waitingExpiry();
    await billing.runJobs();
    billing.clock.set(addSeconds(expiresAt, -1));
    expect([(await mine())?.plan, await claimed()]).toEqual(["pro", "pro"]);
    billing.clock.set(expiresAt);
    expect([(await mine())?.plan, await claimed()]).toEqual(["free", "free"]);
    expect(Math.abs(Number(start_after) - 86_400)).toBeLessThan(60);
    billing.expired.length = 0;
    await billing.runJobs(true);
    expect(billing.expired).toEqual([user]);
  });

  test("lies beside others: the highest active one counts", async () => {
    const plus = await give("plus", 300);
    const pro = await give("pro", 10);
    expect(await mine()).toMatchObject({ plan: "pro", until: pro.expiresAt });
    billing.clock.set(pro.expiresAt);
    expect(await mine()).toMatchObject({ plan: "plus", until: plus.expiresAt });
  });

  test("to oneself is refused, and nothing is written", async () => {
    await expect(give("pro", 1, asUser(user))).rejects.toMatchObject({
      code: "billing.own_account",
    });
    expect(await rows()).toBeEmpty();
    const admin = systemIds.next();
    expect(await give("pro", 1, asUser(admin))).toMatchObject({ grantedBy: admin });
  });

  test("that breaks a rule does not pass the database either", async () => {
    const { sql } = billing.installation;
    const insert = (changes: Record<string, string>) => {
      const row = {
        id: systemIds.next(),
        user_id: user,
        plan: "plus",
        reason: "r",
        granted_by: "test",
        granted_at: "2026-01-01T00:00:00Z",
        expires_at: "2026-01-02T00:00:00Z",
        ...changes,
      };
      return sql`insert into billing.grants ${sql(row)}`;
    };
    const breaches: [string, Record<string, string>][] = [
      ["grants_plan", { plan: "free" }],
      ["grants_reason", { reason: "" }],
      ["grants_bounded", { expires_at: "2026-01-01T00:00:00Z" }],
      ["grants_bounded", { expires_at: "2027-01-02T00:00:00.001Z" }],
      ["grants_not_to_oneself", { granted_by: user }],
      ["grants_revoked_whole", { revoked_at: "2026-01-01T12:00:00Z" }],
    ];
    for (const [constraint, changes] of breaches)
      expect(await insert(changes).catch((error) => error.constraint_name)).toBe(constraint);
  });

  test(`is one of ${maxActiveGrants} at most, however many come at once`, async () => {
    const all = await Promise.allSettled(
      Array.from({ length: maxActiveGrants + 5 }, () => give("plus", 3)),
    );
    const refused = all.filter((one) => one.status === "rejected").map((one) => one.reason.code);
    expect(refused).toEqual(Array(5).fill("billing.too_many_grants"));
    expect(await rows()).toHaveLength(maxActiveGrants);
  });

  test("whose notification fails leaves nothing behind", async () => {
    const deps = {
      ...billing.deps,
      notify: async () => {
        throw new Error("no");
      },
    };
    const input = { userId: user, plan: "pro", days: 1, reason: "never seen" };
    await expect(grantPlan(deps, testContext, input)).rejects.toThrow("no");
    expect(await rows()).toBeEmpty();
    await billing.runJobs(true);
    expect(billing.expired).toBeEmpty();
  });

  test("reaches tokens also when identity answers only later", async () => {
    billing.failIdentity(true);
    await give("plus", 2);
    const [failed] = await billing.runJobs();
    expect(failed).toMatchObject({ name: "billing.expire_claims", error: expect.any(Error) });
    billing.failIdentity(false);
    await billing.runJobs(true);
    expect(billing.expired).toContain(user);
  });
});

describe("a revocation", () => {
  test("ends all active grants at once and leaves those that had ended", async () => {
    await give("pro", 1);
    billing.clock.advance(2 * 86_400);
    await give("plus", 30);
    await give("pro", 30);
    billing.told.length = 0;
    await billing.runJobs();
    billing.expired.length = 0;
    expect(await takeBack()).toEqual({ plan: "pro", grants: 2 });
    expect([(await mine())?.plan, await claimed()]).toEqual(["free", "free"]);
    expect((await rows()).map((row) => [row["revoked_by"], row["revoked_reason"]])).toEqual([
      [null, null],
      ["test", "a mistake"],
      ["test", "a mistake"],
    ]);
    expect(billing.told).toEqual([["billing.plan_revoked", user, { plan: "Pro" }]]);
    await billing.runJobs();
    expect(billing.expired).toEqual([user]);
  });

  test("of nothing is a conflict", async () => {
    await expect(takeBack()).rejects.toMatchObject({ code: "billing.nothing_granted" });
  });

  test("of one user leaves the plans of others", async () => {
    await give("plus", 5);
    const other = user;
    user = systemIds.next();
    await give("plus", 5);
    await takeBack();
    user = other;
    expect((await mine())?.plan).toBe("plus");
  });
});

const waitingExpiry = async () => {
  const [row] = await billing.installation.sql`
    select extract(epoch from start_after - now()) as start_after from pgboss.job
    where name = 'billing.expire_claims' and data ->> 'userId' = ${user}
    order by start_after desc limit 1`;
  return row as unknown as { start_after: string };
};
