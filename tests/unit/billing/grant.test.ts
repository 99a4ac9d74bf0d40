import { describe, expect, test } from "bun:test";
import { checkGrant } from "#modules/billing/domain/grant";
import { AppError } from "#platform/kernel/errors";

const good = { plan: "plus", days: 30, reason: "a good reason" };

function faultOf(changes: Partial<typeof good>): string | undefined {
  try {
    checkGrant({ ...good, ...changes });
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.kind).toBe("invalid");
    return error.fields[0]?.path;
  }
}

describe("a grant", () => {
  test.each([
    ["free", "everybody has it"],
    ["gold", "there is no such plan"],
    ["Plus", "codes are lower case"],
    ["toString", "it is no plan either"],
  ])("of %s is refused: %s", (plan) => expect(faultOf({ plan })).toBe("plan"));

  test.each([0, -1, 367, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "for %p days is refused",
    (days) => expect(faultOf({ days })).toBe("days"),
  );

  test.each([1, 366])("for %p days is taken", (days) => expect(faultOf({ days })).toBeUndefined());

  test.each([
    ["nothing", ""],
    ["blanks", "  \u00a0 "],
    ["501 characters", "x".repeat(501)],
    ["two lines", "a\nb"],
    ["a NUL", "a\u0000b"],
    ["half a character", "a\ud800b"],
  ])("for a reason of %s is refused", (_, reason) => expect(faultOf({ reason })).toBe("reason"));

  test("keeps its reason without the blanks around it", () => {
    expect(checkGrant({ ...good, reason: ` ${"ş".repeat(500)} ` }).reason).toBe("ş".repeat(500));
  });
});
