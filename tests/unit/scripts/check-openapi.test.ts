import { describe, expect, test } from "bun:test";
import { differenceOf, faultsOfDocument } from "../../../scripts/check-openapi.ts";

// biome-ignore lint/suspicious/noExplicitAny: faults are planted anywhere in plain JSON
type Plain = any;

const problem = (description: string) => ({
  description,
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
});
const good = (): Plain => ({
  openapi: "3.0.3",
  info: { title: "T", version: "1" },
  servers: [{ url: "http://localhost:3000" }],
  tags: [{ name: "Rates", description: "Rates." }],
  paths: {
    "/v1/rates/{code}": {
      get: {
        operationId: "findRate",
        tags: ["Rates"],
        summary: "Find a rate",
        security: [{ bearer: [] }],
        parameters: [
          { name: "code", in: "path", required: true, schema: { type: "string", example: "EUR" } },
        ],
        responses: {
          "200": {
            description: "OK",
            content: { "application/json": { schema: { type: "object" } } },
          },
          "401": problem("No login"),
          "403": problem("Not permitted"),
          "404": problem("No such rate"),
          "500": problem("Defect"),
        },
      },
      delete: {
        operationId: "deleteRate",
        tags: ["Rates"],
        summary: "Delete a rate",
        security: [],
        parameters: [
          { name: "code", in: "path", required: true, schema: { type: "string", example: "EUR" } },
        ],
        responses: { "204": { description: "Done" }, "500": problem("Defect") },
      },
    },
  },
  components: {
    schemas: {
      Problem: { type: "object", properties: { code: { type: "string", example: "a" } } },
    },
    securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
  },
});

/** A document with one thing wrong, and what must be said about it. */
const planted: readonly [string, (document: Plain, get: Plain) => void, string][] = [
  ["no operation", (doc) => (doc.paths = {}), "no operation at all"],
  ["an unknown keyword", (_, get) => (get.responses["200"].examples = []), "not valid OpenAPI"],
  ["a wrong type", (_, get) => (get.parameters[0].schema.type = "Date"), "not valid OpenAPI"],
  ["a dangling reference", (doc) => delete doc.components.schemas.Problem, "not valid OpenAPI"],
  ["no operationId", (_, get) => delete get.operationId, "has no operationId"],
  ["no summary", (_, get) => (get.summary = ""), "has no summary"],
  ["no tag", (_, get) => delete get.tags, "has no tag"],
  ["a tag nobody described", (_, get) => (get.tags = ["Other"]), "tag Other has no description"],
  ["a tag without text", (doc) => (doc.tags[0].description = ""), "tag Rates has no description"],
  [
    "a tag nobody uses",
    (doc) => doc.tags.push({ name: "X", description: "x" }),
    "tag X is not used",
  ],
  ["one name for two", (_, get) => (get.operationId = "deleteRate"), "used more than once"],
  ["no word about login", (_, get) => delete get.security, "needs a login"],
  ["no 401", (_, get) => delete get.responses["401"], "does not describe 401"],
  ["no 403", (_, get) => delete get.responses["403"], "does not describe 403"],
  ["no 500", (_, get) => delete get.responses["500"], "does not describe 500"],
  ["no success", (_, get) => delete get.responses["200"], "describes no success"],
  [
    "an empty description",
    (_, get) => (get.responses["404"].description = " "),
    "404 has no description",
  ],
  [
    "a failure as JSON",
    (_, get) => {
      const schema = { type: "object" };
      get.responses["404"].content = { "application/json": { schema } };
    },
    "404 is application/json instead of application/problem+json",
  ],
  [
    "a failure without body",
    (_, get) => delete get.responses["404"].content,
    "404 is without a body",
  ],
  [
    "a body for 204",
    (doc) => {
      doc.paths["/v1/rates/{code}"].delete.responses["204"].content = {
        "application/json": { schema: { type: "object" } },
      };
    },
    "204 has a body",
  ],
  [
    "no schema",
    (_, get) => (get.responses["200"].content["application/json"].schema = {}),
    "200 has no schema",
  ],
  ["no example", (_, get) => delete get.parameters[0].schema.example, "has no example"],
];

describe("the check of the API's description", () => {
  test("is content with a good one", async () => {
    expect(await faultsOfDocument(good())).toEqual([]);
  });

  for (const [name, plant, sentence] of planted)
    test(`finds ${name}`, async () => {
      const document = good();
      plant(document, document.paths["/v1/rates/{code}"].get);
      expect((await faultsOfDocument(document)).join("\n")).toContain(sentence);
    });

  test("refuses what is no document", async () => {
    for (const nothing of [null, undefined, "", [], {}, { openapi: "3.0.3" }])
      expect((await faultsOfDocument(nothing)).length).toBeGreaterThan(0);
  });

  test("an example in a referenced schema counts", async () => {
    const document = good();
    const { get } = document.paths["/v1/rates/{code}"];
    delete get.parameters[0].schema.example;
    get.responses["200"].content["application/json"].schema = {
      $ref: "#/components/schemas/Problem",
    };
    expect(await faultsOfDocument(document)).toEqual([]);
  });
});

describe("the comparison with the committed description", () => {
  test("does not mind the server's address", () => {
    const other = { ...good(), servers: [{ url: "https://api.example.org" }] };
    expect(differenceOf(other, good())).toBeUndefined();
  });

  test("shows the first line that differs, also an order or an end", () => {
    const changed = good();
    changed.paths["/v1/rates/{code}"].get.summary = "Other";
    expect(differenceOf(changed, good())).toContain("Other");
    const { components, ...rest } = good();
    expect(differenceOf({ components, ...rest }, good())).toBeDefined();
    expect(differenceOf(good(), { ...good(), "x-more": 1 })).toBeDefined();
  });
});
