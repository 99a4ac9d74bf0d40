import { describe, expect, test } from "bun:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import { type TSchema, t } from "elysia";
import fc from "fast-check";
import { mendSchema } from "#platform/http/openapi-schema";

const mended = (schema: TSchema, side: "request" | "response" = "request") =>
  mendSchema(JSON.parse(JSON.stringify(schema)), side);

describe("a schema for OpenAPI 3.0", () => {
  const cases: readonly [string, TSchema, object][] = [
    ["a nullable value", t.Nullable(t.String()), { type: "string", nullable: true }],
    ["a union with null", t.Union([t.Integer(), t.Null()]), { type: "integer", nullable: true }],
    ["a date", t.Date(), { type: "string", format: "date-time" }],
    ["a coerced number", t.Numeric({ minimum: 1 }), { type: "number", minimum: 1 }],
    ["a coerced boolean", t.BooleanString(), { type: "boolean" }],
    ["a literal", t.Literal("a"), { type: "string", enum: ["a"] }],
    [
      "a union of literals",
      t.Union([t.Literal("a"), t.Literal("b")]),
      { type: "string", enum: ["a", "b"] },
    ],
    [
      "a nullable enumeration",
      t.Nullable(t.Union([t.Literal("a"), t.Literal("b")])),
      { type: "string", nullable: true, enum: ["a", "b", null] },
    ],
    [
      "an exclusive bound",
      t.Number({ exclusiveMinimum: 0 }),
      { type: "number", minimum: 0, exclusiveMinimum: true },
    ],
    ["examples", t.String({ examples: ["EUR", "USD"] }), { type: "string", example: "EUR" }],
    [
      "a format of ours",
      t.String({ format: "text", maxLength: 3 }),
      { type: "string", maxLength: 3 },
    ],
    [
      "a record",
      t.Record(t.String(), t.Number()),
      { type: "object", additionalProperties: { type: "number" } },
    ],
    [
      "a pair",
      t.Tuple([t.String(), t.Number()]),
      {
        type: "array",
        minItems: 2,
        maxItems: 2,
        items: { anyOf: [{ type: "string" }, { type: "number" }] },
      },
    ],
    ["a file", t.File({ maxSize: "1m" }), { type: "string", format: "binary" }],
    ["an id", t.String({ $id: "X" }), { type: "string" }],
    ["a reference", t.Ref("Money"), { $ref: "#/components/schemas/Money" }],
    [
      "a nullable reference",
      t.Nullable(t.Ref("Money")),
      { nullable: true, allOf: [{ $ref: "#/components/schemas/Money" }] },
    ],
  ];
  for (const [name, schema, expected] of cases)
    test(`says what ${name} means`, () => expect<object>(mended(schema)).toEqual(expected));

  test("closes objects of a request, leaves those of an answer open, at every depth", () => {
    const schema = t.Object({
      list: t.Array(t.Object({ a: t.String() }, { additionalProperties: false })),
    });
    expect(
      JSON.stringify(mended(schema, "request")).match(/"additionalProperties":false/g),
    ).toHaveLength(2);
    expect(JSON.stringify(mended(schema, "response"))).not.toContain("additionalProperties");
  });

  test("joins an intersection, whose closed members would refuse each other's fields", () => {
    const schema = t.Intersect([t.Object({ a: t.String() }), t.Object({ b: t.Number() })]);
    expect(mended(schema)).toEqual({
      type: "object",
      properties: { a: { type: "string" }, b: { type: "number" } },
      required: ["a", "b"],
      additionalProperties: false,
    });
  });

  test("does not change the schema that requests are validated with", () => {
    const schema = t.Object({ a: t.Optional(t.Nullable(t.Numeric({ examples: [1] }))) });
    const before = JSON.stringify(schema);
    mendSchema(schema, "request");
    expect(JSON.stringify(schema)).toBe(before);
  });

  test("is valid, whatever the schema was", async () => {
    const leaf = fc.constantFrom<TSchema>(
      ...[
        t.String(),
        t.Number({ exclusiveMaximum: 9 }),
        t.Integer(),
        t.Boolean(),
        t.Null(),
        t.Date(),
      ],
      ...[t.Literal(1), t.Literal("x"), t.Numeric(), t.BooleanString(), t.Any(), t.Unknown()],
      ...[
        t.UnionEnum(["a", "b"]),
        t.Ref("Money"),
        t.File(),
        t.Files(),
        t.ObjectString({}),
        t.Void(),
      ],
    );
    const tree = fc.letrec<{ node: TSchema }>((tie) => ({
      node: fc.oneof(
        { depthSize: "small" },
        leaf,
        tie("node").map((node) => t.Array(node)),
        tie("node").map((node) => t.Nullable(node)),
        tie("node").map((node) => t.Record(t.String(), node)),
        fc.tuple(tie("node"), tie("node")).map(([a, b]) => t.Object({ a, b: t.Optional(b) })),
        fc.tuple(tie("node"), tie("node")).map(([a, b]) => t.Union([a, b], { examples: [1] })),
        fc.tuple(tie("node"), tie("node")).map(([a, b]) => t.Tuple([a, b])),
        fc
          .tuple(tie("node"), tie("node"))
          .map(([a, b]) => t.Intersect([t.Object({ a }, { $id: "A" }), t.Object({ b })])),
      ),
    })).node;
    // Many in one document: the validator compiles itself anew for each.
    await fc.assert(
      fc.asyncProperty(fc.array(tree, { minLength: 20, maxLength: 40 }), async (trees) => {
        const cases = trees.flatMap((schema, i) => [
          [`Request${i}`, mended(schema, "request")],
          [`Response${i}`, mended(schema, "response")],
        ]);
        const { valid, errors } = await new Validator().validate({
          openapi: "3.0.3",
          info: { title: "T", version: "1" },
          paths: {},
          components: { schemas: { Money: { type: "object" }, ...Object.fromEntries(cases) } },
        });
        expect(errors).toBeUndefined();
        expect(valid).toBe(true);
      }),
      { numRuns: 10 },
    );
  });
});
