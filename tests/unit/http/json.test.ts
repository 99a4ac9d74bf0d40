import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { HttpError } from "#platform/http/http-error";
import { parseJson } from "#platform/http/json";

const refuses = (text: string) => {
  try {
    parseJson(text);
  } catch (error) {
    expect(error).toBeInstanceOf(HttpError);
    expect((error as HttpError).status).toBe(400);
    return true;
  }
  return false;
};
const noProto = (value: unknown): boolean => !JSON.stringify(value)?.includes("__proto__");
const shallow = fc.json({ maxDepth: 5 }).filter((text) => noProto(JSON.parse(text)));

describe("a JSON body", () => {
  test("is read as JSON.parse reads it", () => {
    fc.assert(
      fc.property(shallow, (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test("may hold quotes, colons and braces in its texts", () => {
    const tricky = fc.dictionary(
      fc.string({ unit: fc.constantFrom('"', ":", "\\", "{", "}", ",", "a", "\n") }),
      fc.string({ unit: fc.constantFrom('"', ":", "\\", "{", "}", ",", "a", "\n") }),
    );
    fc.assert(
      fc.property(tricky, fc.constantFrom(0, 2), (value, indent) => {
        fc.pre(!Object.hasOwn(value, "__proto__"));
        expect(parseJson(JSON.stringify(value, null, indent))).toEqual(value);
      }),
    );
  });

  test("is refused when an object names a member twice, at any depth and however it is written", () => {
    for (const text of [
      '{"a":1,"a":1}',
      '{"a":1,"a":2}',
      '[{"b":{"a":1 , "a" : 2}}]',
      '{"a":1,"\\u0061":2}',
      '{"":1,"":2}',
      '{"a\\"":1,"a\\"":2}',
    ])
      expect([text, refuses(text)]).toEqual([text, true]);
    expect(refuses('[{"a":1},{"a":1}]')).toBe(false);
  });

  test("is refused when it reaches for a prototype", () => {
    expect(refuses('{"__proto__":{"admin":true}}')).toBe(true);
    expect(refuses('{"x":[{"\\u005f_proto__":1}]}')).toBe(true);
    expect(parseJson('{"constructor":1,"toString":2}')).toEqual(
      JSON.parse('{"constructor":1,"toString":2}'),
    );
  });

  test("is refused when it is nested so deep that reading it could exhaust the stack", () => {
    expect(refuses("[".repeat(32) + "]".repeat(32))).toBe(false);
    expect(refuses("[".repeat(33) + "]".repeat(33))).toBe(true);
    expect(refuses("[".repeat(120_000))).toBe(true);
    expect(refuses("[".repeat(120_000) + "]".repeat(120_000))).toBe(true);
    expect(refuses(`${'{"a":'.repeat(40_000)}1${"}".repeat(40_000)}`)).toBe(true);
  });

  test("is refused when it is no JSON, without repeating it", () => {
    for (const text of [
      "",
      "{",
      "nul",
      "NaN",
      "{'a':1}",
      "[1,]",
      "01",
      "1 2",
      "\u0000",
      "undefined",
    ])
      expect(refuses(text)).toBe(true);
    expect(() => parseJson('{"password":"hunter2"')).toThrow(/^(?!.*hunter2)/);
  });

  test("with a hundred thousand backslashes is refused at once", () => {
    const before = process.cpuUsage();
    refuses(`{"a":"${"\\".repeat(200_000)}`);
    refuses(`${'"a":'.repeat(50_000)}`);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(500);
  });
});
