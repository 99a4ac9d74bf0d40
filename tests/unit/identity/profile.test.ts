import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { muteCategories, type StoredProfile, toProfile } from "#modules/identity/domain/profile";
import type { Id } from "#platform/kernel/ids";
import type { CurrencyCode } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";

const stored: StoredProfile = {
  id: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" as Id,
  address: "emir@example.org",
  displayName: "Emir",
  roles: ["admin", "user"],
  locale: "tr-TR",
  timeZone: "Europe/Istanbul",
  baseCurrency: "TRY" as CurrencyCode,
  mutedCategories: ["plan", "gone"],
  hasSecondFactor: false,
  recoveryCodesLeft: 7,
  termsVersion: "1",
  createdAt: "2026-11-22T09:30:00.000Z" as Instant,
};
const facts = { plan: "free", categories: ["sign_ins", "plan"] as const };

describe("a profile", () => {
  test("says which categories are on, only of those that there are", () => {
    expect(toProfile(stored, facts).notifications).toEqual({ sign_ins: true, plan: false });
  });

  test("tells granted roles from those that count, and what is missing", () => {
    const without = toProfile(stored, facts);
    expect(without).toMatchObject({
      roles: ["user", "admin"],
      effectiveRoles: ["user"],
      secondFactor: { enabled: false, required: true, recoveryCodesLeft: 0 },
    });
    const proved = toProfile({ ...stored, hasSecondFactor: true }, facts);
    expect(proved).toMatchObject({
      effectiveRoles: ["user", "admin"],
      secondFactor: { enabled: true, required: true, recoveryCodesLeft: 7 },
    });
    expect(toProfile({ ...stored, roles: ["user"] }, facts).secondFactor.required).toBe(false);
  });

  test("shows no field of the row beyond those it names", () => {
    expect(Object.keys(toProfile(stored, facts)).toSorted()).toEqual([
      "baseCurrency",
      "createdAt",
      "displayName",
      "effectiveRoles",
      "email",
      "id",
      "locale",
      "notifications",
      "plan",
      "roles",
      "secondFactor",
      "termsVersion",
      "timeZone",
    ]);
  });
});

describe("switching notifications on and off", () => {
  const category = fc.constantFrom("sign_ins", "plan", "debts", "gone");
  const wanted = fc.dictionary(category, fc.option(fc.boolean(), { nil: undefined }));

  test("changes what is named, leaves the rest, and twice is once", () => {
    fc.assert(
      fc.property(fc.uniqueArray(category), wanted, (muted, changes) => {
        const after = muteCategories(muted, changes);
        expect(new Set(after).size).toBe(after.length);
        for (const name of ["sign_ins", "plan", "debts", "gone"] as const)
          expect(after.includes(name)).toBe(
            changes[name] === undefined ? muted.includes(name) : !changes[name],
          );
        expect(muteCategories(after, changes)).toEqual(after);
      }),
    );
  });
});
