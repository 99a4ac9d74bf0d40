import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type Account,
  isActiveAdmin,
  requireOther,
  requireOtherAdmin,
  requireStatus,
  roleSet,
  sameRoles,
} from "#modules/identity/domain/account-rules";
import { roles } from "#modules/identity/domain/roles";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";

function codeOf(work: () => unknown): string | null {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return null;
}

const role = fc.constantFrom(...roles);
const account: fc.Arbitrary<Account> = fc.record({
  id: fc.constantFrom("a", "b", "c", "d") as fc.Arbitrary<string> as fc.Arbitrary<Id>,
  status: fc.constantFrom("active", "suspended"),
  roles: fc.array(role).map(roleSet),
});
const accounts = fc.uniqueArray(account, { selector: ({ id }) => id });

describe("a set of roles", () => {
  test("always holds user, each role once, in one order", () => {
    fc.assert(
      fc.property(fc.array(role), (wanted) => {
        const set = roleSet(wanted);
        expect(set).toContain("user");
        expect(new Set(set)).toEqual(new Set(["user", ...wanted]));
        expect(roleSet(set.toReversed())).toEqual(set);
        expect(sameRoles(wanted, set)).toBe(true);
      }),
    );
  });
  test("differs from another by a single role", () => {
    expect(sameRoles(["user", "admin"], ["admin"])).toBe(true);
    expect(sameRoles(["user", "admin"], ["user"])).toBe(false);
  });
});

describe("the last administrator", () => {
  test("is refused to go, and nobody else is", () => {
    fc.assert(
      fc.property(account, accounts, (leaving, others) => {
        const known = [leaving, ...others.filter(({ id }) => id !== leaving.id)];
        const left = known.filter((one) => one.id !== leaving.id && isActiveAdmin(one)).length;
        expect(codeOf(() => requireOtherAdmin(leaving, known))).toBe(
          left === 0 ? "identity.last_admin" : null,
        );
      }),
    );
  });
  test("is no suspended one", () => {
    const id = "a" as Id;
    expect(isActiveAdmin({ id, status: "suspended", roles: ["user", "admin"] })).toBe(false);
    expect(isActiveAdmin({ id, status: "active", roles: ["user", "support"] })).toBe(false);
  });
});

test("nobody changes his own account, and the installation has none", () => {
  const [one, other] = ["a" as Id, "b" as Id];
  expect(codeOf(() => requireOther(one, one))).toBe("identity.own_account");
  expect(codeOf(() => requireOther(one, other))).toBeNull();
  expect(codeOf(() => requireOther(null, other))).toBeNull();
});

test("a change begins from its state only", () => {
  const active: Account = { id: "a" as Id, status: "active", roles: ["user"] };
  expect(codeOf(() => requireStatus(active, "active"))).toBeNull();
  expect(codeOf(() => requireStatus(active, "suspended"))).toBe("identity.wrong_state");
});
