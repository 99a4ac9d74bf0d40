import { describe, expect, test } from "bun:test";
import { constraintOf, databaseFailure, isConnectionLoss, sqlStateOf } from "#platform/db/failures";
import { defineErrors } from "#platform/kernel/errors";

const coded = (code: string, more = {}) => Object.assign(new Error("x"), { code, ...more });
/** As Drizzle throws it. */
const wrapped = (cause: Error) => new Error("Failed query", { cause });

describe("what a database error stands for", () => {
  test.each([
    ["CONNECTION_CLOSED", "database.unavailable"],
    ["ECONNREFUSED", "database.unavailable"],
    ["ENOTFOUND", "database.unavailable"],
    ["EAI_AGAIN", "database.unavailable"],
    ["57P01", "database.unavailable"],
    ["08006", "database.unavailable"],
    ["57014", "database.busy"],
    ["55P03", "database.locked"],
    ["53300", "database.busy"],
  ])("%s is a 503 with a time to come back", (code, expected) => {
    expect(databaseFailure(wrapped(coded(code)))).toMatchObject({
      code: expected,
      kind: "unavailable",
      retryAfterSeconds: 5,
    });
  });

  test.each(["23505", "42601", "22012", "25006"])("%s is no outage", (code) => {
    expect(databaseFailure(wrapped(coded(code)))).toBeUndefined();
    expect(isConnectionLoss(coded(code))).toBe(false);
  });

  test("an expected failure stays what it is, whatever caused it", () => {
    const errors = defineErrors("till", { closed: { kind: "conflict", title: "Closed" } });
    const error = errors.fail("closed", "", { cause: coded("57P01") });
    expect(databaseFailure(error)).toBeUndefined();
    expect(sqlStateOf(error)).toBe("57P01");
  });

  test("the constraint that refused a row is named", () => {
    expect(constraintOf(wrapped(coded("23505", { constraint_name: "a_key" })))).toBe("a_key");
    expect(constraintOf(new Error("x"))).toBeUndefined();
  });

  test("what is thrown besides errors says nothing", () => {
    for (const thrown of [undefined, null, "57P01", { code: "57P01" }])
      expect([sqlStateOf(thrown), databaseFailure(thrown)]).toEqual([undefined, undefined]);
  });
});
