import { expect, test } from "bun:test";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { Elysia, t } from "elysia";
import fc from "fast-check";
import { defineErrors } from "#platform/kernel/errors";
import { describeError } from "#platform/observability/error-fields";

const shown = (error: unknown) => JSON.stringify(describeError(error));
const postgresError = (fields: object) =>
  Object.assign(new Error("message"), { name: "PostgresError", severity: "ERROR" }, fields);

test("a failed query is shown without the values it was called with", () => {
  const value = fc.string({ minLength: 4 }).map((text) => `zq${text.replaceAll(/[\s"\\]/g, "")}qz`);
  const asFrame = fc.constantFrom("", "\n    at ", "\nparams: ", '"\n    at f (');
  fc.assert(
    fc.property(value, asFrame, (secret, before) => {
      const cause = postgresError({
        message: `invalid input syntax for type integer: "${secret}"`,
        code: "22P02",
        detail: `Key (mail)=(${secret}) already exists.`,
        where: `unnamed portal parameter $1 = '${secret}'`,
        parameters: [secret],
        query: "select $1",
      });
      const error = new DrizzleQueryError("select $1", [before + secret], cause);
      expect(shown(error)).not.toContain(secret);
      expect(shown(error)).toContain("Failed query: select $1");
    }),
  );
});

test("a database error keeps what it hit", () => {
  const error = postgresError({
    message: 'duplicate key value violates unique constraint "users_mail_key"',
    code: "23505",
    schema_name: "identity",
    table_name: "users",
    constraint_name: "users_mail_key",
    detail: "Key (mail)=(a@b.example) already exists.",
  });
  expect(describeError(error)).toMatchObject({
    type: "PostgresError",
    code: "23505",
    message: 'duplicate key value violates unique constraint "users_mail_key"',
    database: { schema_name: "identity", table_name: "users", constraint_name: "users_mail_key" },
  });
  expect(shown(error)).not.toContain("a@b.example");
});

test("a refused answer of ours is shown by its path, without its content", async () => {
  let caught: unknown;
  const app = new Elysia()
    .onError(({ error }) => {
      caught = error;
    })
    .get("/", () => ({ owner: "zq-private" }) as never, { response: t.Object({ id: t.String() }) });
  await app.handle(new Request("http://localhost/"));
  expect(describeError(caught)).toMatchObject({
    message: 'Validation failed on response at "/id"',
  });
  expect(shown(caught)).not.toContain("zq-private");
});

test("causes are followed, but not for ever", () => {
  const failure = defineErrors("rates", { down: { kind: "unavailable", title: "Down" } });
  const cause = Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" });
  const error = failure.fail("down", "No provider answers.", { cause });
  expect(describeError(error)).toMatchObject({
    type: "AppError",
    code: "rates.down",
    message: "No provider answers.",
    cause: { type: "Error", code: "ECONNREFUSED", message: "connect failed" },
  });
  const circular = new Error("round");
  circular.cause = circular;
  expect(shown(circular).length).toBeLessThan(20_000);
});

test("the stack is the places, nothing else", () => {
  const { stack = [] } = describeError(
    new Error("first line\n    at password (hunter2:1:2)\nlast"),
  );
  expect(stack.length).toBeGreaterThan(0);
  expect(stack[0]).toContain("error-fields.test.ts");
  expect(JSON.stringify(stack)).not.toContain("hunter2");
});

test("a code that somebody may have typed is not shown", () => {
  for (const code of ["123456", "ABCDE-FGHIJ", "hunter2", "a1b2c3d4"])
    expect(describeError(Object.assign(new Error("x"), { code })).code).toBeUndefined();
});

test("what is no error is named as such", () => {
  expect(describeError("text")).toEqual({ type: "string", message: "text" });
  expect(describeError({ secret: "zq" })).toEqual({
    type: "object",
    message: "a value that is not an Error was thrown",
  });
});
