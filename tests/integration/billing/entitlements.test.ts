import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createGrantRepository } from "#modules/billing/storage/grant.repository";
import { claimsOf, entitlementsOf } from "#modules/billing/use-cases/entitlements-of";
import { createRunningGrants } from "#modules/billing/use-cases/running-grants";
import type { Id } from "#platform/kernel/ids";
import { systemIds } from "#platform/system";
import {
  type BillingInstallation,
  openBillingInstallation,
} from "../../support/billing-installation.ts";
import {
  anyMoment,
  type GrantTimes,
  grantTimes,
  naivePlan,
  toldGrant,
} from "../../support/grant-arbitraries.ts";
import { testContext } from "../../support/job-installation.ts";

let billing: BillingInstallation;
/** How often the table of grants was read. */
let reads = 0;
beforeAll(async () => {
  const grants = createGrantRepository();
  billing = await openBillingInstallation({
    grants: {
      ...grants,
      running(...query) {
        reads += 1;
        return grants.running(...query);
      },
    },
  });
});
afterAll(() => billing.close());

const users = (count: number) => Array.from({ length: count }, () => systemIds.next());

async function store(userId: Id, grants: readonly GrantTimes[]): Promise<void> {
  if (grants.length === 0) return;
  const { sql } = billing.installation;
  const list = grants.map(({ plan, grantedAt, expiresAt, revokedAt }) => ({
    id: systemIds.next(),
    user_id: userId,
    plan,
    reason: "r",
    granted_by: "test",
    granted_at: grantedAt,
    expires_at: expiresAt,
    revoked_at: revokedAt,
    revoked_by: revokedAt && "test",
    revoked_reason: revokedAt && "r",
  }));
  await sql`insert into billing.grants ${sql(list)}`;
}

describe("entitlementsOf", () => {
  test("says of many users at any instant what the plainest reading of their grants says", async () => {
    const histories = fc.array(fc.array(toldGrant.map(grantTimes), { maxLength: 5 }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(histories, anyMoment, async (of, at) => {
        // What has happened by then: later grants and revocations are not there yet.
        const past = of.map((grants) =>
          grants
            .filter(({ grantedAt }) => grantedAt <= at)
            .map((one) => ({
              ...one,
              revokedAt: one.revokedAt && one.revokedAt <= at ? one.revokedAt : null,
            })),
        );
        const ids = users(past.length);
        for (const [index, grants] of past.entries()) await store(ids[index] as Id, grants);
        billing.clock.set(at);
        const deps = { ...billing.deps, defaultPlan: "free" } as const;
        const wanted = past.map((grants) => naivePlan("free", grants, at));
        const entitled = await entitlementsOf(deps, testContext, { userIds: ids });
        expect(entitled.map(({ userId }) => userId)).toEqual(ids);
        expect(entitled.map(({ plan }) => plan as string)).toEqual(wanted);
        const claims = await claimsOf(deps, testContext, { userIds: ids });
        expect(claims.map(({ plan }) => plan as string)).toEqual(wanted);
      }),
      { numRuns: 40 },
    );
  }, 180_000);

  test("reads once for a thousand users, and not again for those it knows", async () => {
    const ids = users(1000);
    reads = 0;
    const deps = { ...billing.deps, running: createRunningGrants(billing.deps) };
    const first = await entitlementsOf(deps, testContext, { userIds: ids });
    expect(first.every(({ plan, until }) => plan === "free" && until === null)).toBe(true);
    await entitlementsOf(deps, testContext, { userIds: ids.slice(0, 500) });
    expect(reads).toBe(1);
    const input = { userIds: [...ids, systemIds.next()] };
    for (const ask of [entitlementsOf, claimsOf])
      await expect(ask(deps, testContext, input)).rejects.toMatchObject({
        code: "input.invalid",
        fields: [{ path: "userIds" }],
      });
  });

  test("gives everybody the default plan, nobody less", async () => {
    const [none, plus, pro] = users(3) as [Id, Id, Id];
    const grant = { grantedAt: billing.clock.now(), expiresAt: "2028-01-01T00:00:00.000Z" };
    billing.clock.set("2027-06-01T00:00:00Z");
    const lasting = { ...grant, grantedAt: billing.clock.now(), revokedAt: null };
    await store(plus, [{ ...lasting, plan: "plus" } as GrantTimes]);
    await store(pro, [{ ...lasting, plan: "pro" } as GrantTimes]);
    const deps = { ...billing.deps, defaultPlan: "plus" } as const;
    const entitled = await entitlementsOf(deps, testContext, { userIds: [none, plus, pro] });
    expect(entitled.map(({ plan, source }) => `${plan} ${source}`)).toEqual([
      "plus default",
      "plus default",
      "pro granted",
    ]);
  });

  test("of nobody is nothing", async () => {
    expect(await entitlementsOf(billing.deps, testContext, { userIds: [] })).toEqual([]);
    expect(await claimsOf(billing.deps, testContext, { userIds: [] })).toEqual([]);
  });
});
