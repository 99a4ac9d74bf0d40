import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { effectivePlan } from "#modules/billing/domain/effective-plan";
import { grantStatus } from "#modules/billing/domain/grant";
import { planCodes } from "#platform/config";
import { addSeconds, type Instant, parseInstant } from "#platform/kernel/time";
import {
  anyMoment,
  type GrantTimes,
  grantTimes,
  momentOf,
  naivePlan,
  toldGrant,
} from "../../support/grant-arbitraries.ts";

const manyGrants = fc.array(toldGrant.map(grantTimes), { maxLength: 8 });
const anyDefault = fc.constantFrom(...planCodes);

/** As the repository reads them: what was granted by then and is not revoked. */
const running = (grants: readonly GrantTimes[], at: Instant) =>
  grants.filter((one) => one.grantedAt <= at && grantStatus(one, at) !== "revoked");
const planAt = (defaultPlan: (typeof planCodes)[number], grants: GrantTimes[], at: Instant) =>
  effectivePlan(defaultPlan, running(grants, at), at);

describe("the effective plan", () => {
  test("is the highest of the default and every active grant, at any instant", () => {
    fc.assert(
      fc.property(anyDefault, manyGrants, anyMoment, (defaultPlan, grants, at) => {
        expect(planAt(defaultPlan, grants, at).plan).toBe(
          naivePlan(defaultPlan, grants, at) as never,
        );
      }),
      { numRuns: 1000 },
    );
  });

  test("stays until the instant it names, and is lower from then on", () => {
    fc.assert(
      fc.property(anyDefault, manyGrants, anyMoment, (defaultPlan, grants, at) => {
        const { plan, source, until } = planAt(defaultPlan, grants, at);
        expect(source).toBe(until === null ? "default" : "granted");
        if (until === null) return expect(plan).toBe(defaultPlan);
        // Nothing else happens meanwhile: no grant begins, none is revoked.
        const known = running(grants, at);
        const later = (moment: Instant) => effectivePlan(defaultPlan, known, moment).plan;
        expect(later(addSeconds(until, -1))).toBe(plan);
        expect(planCodes.indexOf(later(until))).toBeLessThan(planCodes.indexOf(plan));
      }),
      { numRuns: 1000 },
    );
  });

  test("does not depend on the order of grants", () => {
    fc.assert(
      fc.property(anyDefault, manyGrants, anyMoment, (defaultPlan, grants, at) => {
        expect(planAt(defaultPlan, grants.toReversed(), at)).toEqual(
          planAt(defaultPlan, grants, at),
        );
      }),
    );
  });

  test("ends with the very instant at which the grant ends", () => {
    const grant = { plan: "pro", expiresAt: parseInstant("2026-12-01T00:00:00Z") } as const;
    const at = (moment: string) => effectivePlan("free", [grant], parseInstant(moment));
    expect(at("2026-11-30T23:59:59.999Z")).toEqual({
      plan: "pro",
      source: "granted",
      until: grant.expiresAt,
    });
    expect(at("2026-12-01T00:00:00.000Z")).toEqual({
      plan: "free",
      source: "default",
      until: null,
    });
  });

  test("is the default where a grant gives no more than that", () => {
    const grant = { plan: "plus", expiresAt: momentOf(5) } as const;
    expect(effectivePlan("plus", [grant], momentOf(1))).toEqual({
      plan: "plus",
      source: "default",
      until: null,
    });
  });
});
