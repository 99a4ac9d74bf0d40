import { describe, expect, test } from "bun:test";
import { getSchemaValidator, NotFoundError, ParseError, t, ValidationError } from "elysia";
import { HttpError } from "#platform/http/http-error";
import { statusOfKind, toProblem } from "#platform/http/problem";
import { defineErrors, type ErrorKind } from "#platform/kernel/errors";

const kinds = Object.keys(statusOfKind) as ErrorKind[];
const errors = (kind: ErrorKind) => defineErrors("test", { it: { kind, title: "It" } });

describe("a problem", () => {
  test.each(kinds.map((kind) => [kind, statusOfKind[kind]] as const))(
    "of kind %s is %i",
    (kind, status) => {
      const { problem, cause } = toProblem(errors(kind).fail("it", "So it is."), "r1");
      expect(problem).toEqual({
        type: "/problems/test.it",
        title: "It",
        status,
        detail: "So it is.",
        code: "test.it",
        requestId: "r1",
      });
      expect(cause === undefined).toBe(status < 500);
    },
  );

  test("carries fields, facts and when to come back", () => {
    const error = errors("limit").fail("it", "Wait.", {
      fields: [{ path: "/a", detail: "Too much." }],
      meta: { left: 3 },
      retryAfterSeconds: 1.2,
    });
    const { problem, headers } = toProblem(error, "r1");
    expect(problem).toMatchObject({
      errors: [{ path: "/a", detail: "Too much." }],
      meta: { left: 3 },
    });
    expect(headers).toEqual({ "retry-after": "2" });
    expect(toProblem(errors("unavailable").fail("it", "x"), "r").headers["retry-after"]).toBe("5");
    expect(toProblem(errors("conflict").fail("it", "x"), "r").headers).toEqual({});
  });

  test("of a body that could not be parsed is the one that the reader threw", () => {
    const thrown = new HttpError("too_large", "Too large.");
    expect(toProblem(new ParseError(thrown), "r").problem.status).toBe(413);
  });

  test("of anything unexpected tells nothing, and keeps the cause for the log", () => {
    const secret = "postgres://app:hunter2@db";
    for (const thrown of [
      new Error(secret),
      secret,
      { secret },
      null,
      undefined,
      new NotFoundError(secret),
    ]) {
      const { problem, cause } = toProblem(thrown, "r1");
      expect(problem).toMatchObject({ status: 500, code: "http.internal", requestId: "r1" });
      expect(JSON.stringify(problem)).not.toContain("hunter2");
      expect(cause).toBe(thrown);
    }
  });

  test("of input is Elysia's verdict in our words; its verdict on an answer of ours is a defect", () => {
    const validator = getSchemaValidator(t.Object({ pin: t.Boolean() }), { normalize: false });
    const verdict = (on: string) => new ValidationError(on, validator, { pin: "hunter2" });
    const { problem } = toProblem(verdict("body"), "r");
    expect(problem).toMatchObject({
      status: 422,
      errors: [{ path: "/pin", detail: "Must be true or false." }],
    });
    expect(JSON.stringify(problem)).not.toContain("hunter2");
    expect(toProblem(verdict("response"), "r").problem.status).toBe(500);
  });
});
