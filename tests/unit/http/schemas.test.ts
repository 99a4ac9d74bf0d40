import { describe, expect, test } from "bun:test";
import { getSchemaValidator, type TSchema, t } from "elysia";
import fc from "fast-check";
import { requireInputSchema } from "#platform/http/input-schema";
import * as schemas from "#platform/http/schemas";
import { isDecimal } from "#platform/kernel/decimal";
import { isId } from "#platform/kernel/ids";
import { isCurrencyCode } from "#platform/kernel/money";
import { encodeCursor } from "#platform/kernel/page";
import { isInstant, isLocalDate } from "#platform/kernel/time";

const accepts = (schema: TSchema) => {
  const validator = getSchemaValidator(t.Object({ x: schema }), { normalize: false });
  return (x: unknown): boolean => validator.Check({ x });
};
const digits = fc.string({ unit: fc.constantFrom(..."0123456789.-+eE NaNx,") });

describe("what the schemas accept is what the kernel parses", () => {
  const agree = (schema: TSchema, parses: (text: string) => boolean, texts: fc.Arbitrary<string>) =>
    fc.assert(
      fc.property(fc.oneof(texts, digits, fc.string()), (text) => {
        expect([text, accepts(schema)(text)]).toEqual([text, parses(text)]);
      }),
      { numRuns: 500 },
    );

  test("decimals", () => {
    const written = fc
      .tuple(
        fc.boolean(),
        fc.bigInt(0n, 10n ** 26n),
        fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 32 }),
      )
      .map(([minus, whole, part]) => `${minus ? "-" : ""}${whole}${part ? `.${part}` : ""}`);
    agree(schemas.decimal(), isDecimal, written);
  });
  test("currency codes", () => {
    agree(schemas.currencyCode(), isCurrencyCode, fc.stringMatching(/^[A-Z0-9ıİ]{1,13}$/));
  });
  test("days, with no 30 February", () => {
    const written = fc
      .tuple(fc.nat(9999), fc.nat(13), fc.nat(32))
      .map(([y, m, d]) =>
        [String(y).padStart(4, "0"), ...[m, d].map((n) => String(n).padStart(2, "0"))].join("-"),
      );
    agree(schemas.localDate(), isLocalDate, written);
    expect(accepts(schemas.localDate())("2026-02-30")).toBe(false);
  });
  test("instants", () => {
    const written = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
    agree(schemas.instant(), isInstant, written);
    expect(accepts(schemas.instant())("2026-11-22T09:30:00")).toBe(false);
  });
  test("ids", () => {
    agree(schemas.id(), (text) => isId(text.toLowerCase()), fc.uuid());
  });
  test("cursors", () => {
    const written = fc.array(fc.string({ maxLength: 40 }), { maxLength: 3 }).map(encodeCursor);
    fc.assert(
      fc.property(written, (text) => {
        expect(accepts(schemas.cursor)(text)).toBe(true);
      }),
    );
  });
});

describe("text", () => {
  const line = accepts(schemas.text(10));
  test("may be of any script, within its length", () => {
    for (const text of ["", "a", "ığüşöç", "日本語", "مرحبا", "👩‍🚀", "a b"])
      expect(line(text)).toBe(true);
    expect(line("a".repeat(11))).toBe(false);
  });
  test("has no control characters and no broken surrogates", () => {
    for (const text of ["a\u0000b", "a\nb", "\t", "\u007f", "\u0085", "\ud800", "a\udc00b"])
      expect(line(text)).toBe(false);
  });
});

describe("a whole number parameter", () => {
  const limit = accepts(schemas.pageLimit);
  test("takes plain digits within its bounds", () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 400 }), (number) => {
        expect(limit(String(number))).toBe(number >= 1 && number <= 200);
      }),
    );
  });
  test("takes no other way to write a number", () => {
    for (const text of [
      "0x1F",
      "1e1",
      "1.0",
      " 5",
      "5 ",
      "+5",
      "05",
      "",
      "NaN",
      "Infinity",
      "٥",
      "1_0",
    ])
      expect([text, limit(text)]).toEqual([text, false]);
    for (const value of [null, [], ["5"], {}, true, 1.5, Number.NaN])
      expect(limit(value)).toBe(false);
  });
});

test("a whole number in JSON is a number between its bounds, never text", () => {
  const count = accepts(schemas.wholeNumber({ minimum: 0, maximum: 9 }));
  for (const value of [0, 9, 5.0]) expect(count(value)).toBe(true);
  for (const value of ["5", -1, 10, 1.5, Number.NaN, null, [5], Number.POSITIVE_INFINITY])
    expect(count(value)).toBe(false);
});

test("a yes-no parameter takes true and false and nothing like them", () => {
  const flag = accepts(schemas.yesNoParameter());
  for (const text of ["true", "false"]) expect(flag(text)).toBe(true);
  for (const text of ["TRUE", "1", "0", "yes", "", "on", null, []]) expect(flag(text)).toBe(false);
});

describe("a route's input", () => {
  const refusal = (schema: TSchema, place: "query" | "body" = "body") => {
    try {
      requireInputSchema(t.Object({ x: schema }, { additionalProperties: false }), place);
    } catch (error) {
      return String(error);
    }
    return "accepted";
  };

  test.each<[string, TSchema]>([
    ["a bare text", t.String()],
    ["text without a shape", t.String({ maxLength: 10 })],
    ["text without a limit", t.String({ format: "text" })],
    ["Elysia's e-mail", t.String({ format: "email", maxLength: 90 })],
    ["a pattern of its own", t.String({ pattern: "^x*$", maxLength: 5 })],
    ["a float", t.Number()],
    ["Elysia's number from text", t.Numeric()],
    ["a whole number without bounds", t.Integer()],
    ["Elysia's date", t.Date()],
    ["a list without a limit", t.Array(schemas.decimal())],
    ["a list of bare texts", t.Array(t.String(), { maxItems: 3 })],
    ["an open object", t.Object({})],
    ["a record", t.Record(t.String(), t.Null())],
    ["anything", t.Any()],
    ["one of two, one of them bare", t.Union([t.Null(), t.String()])],
  ])("may not be %s", (_, schema) => {
    expect(refusal(schema)).toContain("/x");
  });

  test("may not be a parameter whose number or boolean Elysia reads", () => {
    expect(refusal(schemas.wholeNumber({ minimum: 1, maximum: 9 }), "query")).toContain("query/x");
    expect(refusal(t.Boolean(), "query")).toContain("query/x");
  });

  test("may be anything of schemas.ts", () => {
    const { localDate, instant, decimal, currencyCode, id, text, oneOf, money } = schemas;
    for (const schema of [
      localDate(),
      instant(),
      decimal(),
      currencyCode(),
      id(),
      text(5),
      oneOf(["a"]),
      money(),
    ])
      expect(refusal(t.Optional(t.Array(schema, { maxItems: 2 })))).toBe("accepted");
    for (const schema of [schemas.pageLimit, schemas.cursor, schemas.yesNoParameter()])
      expect(refusal(schema, "query")).toBe("accepted");
    expect(refusal(schemas.wholeNumber({ minimum: 0, maximum: 9 }))).toBe("accepted");
  });
});
