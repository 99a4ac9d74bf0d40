import { describe, expect, test } from "bun:test";
import { AppError, defineErrors, invalidField, readAll } from "#platform/kernel/errors";

const failing = (path: string) => () => {
  throw invalidField(path, "Is wrong.");
};
const failureOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
};

describe("reading several fields", () => {
  test("gives what all readers gave", () => {
    expect(readAll({ a: () => 1, b: () => "two" })).toEqual({ a: 1, b: "two" });
  });

  test("names every faulty field in one error", () => {
    const error = failureOf(() => readAll({ a: failing("/a"), b: () => 1, c: failing("/c") }));
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: "input.invalid",
      fields: [
        { path: "/a", detail: "Is wrong." },
        { path: "/c", detail: "Is wrong." },
      ],
    });
  });

  test("passes on what is no fault of a field", () => {
    const { fail } = defineErrors("test", { gone: { kind: "gone", title: "Gone" } });
    const gone = fail("gone", "It is gone.");
    const throwing = (error: unknown) => () => {
      throw error;
    };
    expect(failureOf(() => readAll({ a: failing("/a"), b: throwing(gone) }))).toBe(gone);
    const defect = new TypeError("defect");
    expect(failureOf(() => readAll({ a: throwing(defect) }))).toBe(defect);
  });
});
