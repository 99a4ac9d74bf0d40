/** Any JSON object: the generated document is walked as plain data. */
export type Json = { [key: string]: unknown };

/** A request is closed (unknown fields are refused); an answer may grow fields in a later version. */
export type Side = "request" | "response";

export const isJson = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Schema Object of OpenAPI 3.0.3, section 4.7.24: nothing else may stand in one. */
const keywords = new Set(
  `title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems
  uniqueItems maxProperties minProperties required enum type not allOf oneOf anyOf items properties
  additionalProperties description format default nullable discriminator readOnly writeOnly example externalDocs
  deprecated`.split(/\s+/),
);
/** Formats that say something to a client; the rest only name validators of ours. */
const formats = new Set(
  "int32 int64 float double byte binary date date-time password uuid uri email hostname ipv4 ipv6".split(
    " ",
  ),
);
const types = new Set(["array", "boolean", "integer", "number", "object", "string"]);
/** Elysia takes these texts for a number, a boolean, an object or a list: what it means is the other member. */
const coercions = new Set(["numeric", "integer", "boolean", "ObjectString", "ArrayString"]);

/** Turns a TypeBox schema (JSON Schema draft 7 and some of its own) into one of OpenAPI 3.0.3. */
export function mendSchema(schema: unknown, side: Side): Json {
  if (!isJson(schema)) return {};
  if (typeof schema["$ref"] === "string") return { $ref: schemaRef(schema["$ref"]) };
  const flat = withoutUnion(withoutIntersection(schema));
  const mended: Json = {};
  for (const [key, value] of Object.entries(flat))
    if (keywords.has(key) || key.startsWith("x-")) mended[key] = value;

  mendType(mended, flat);
  mendEnum(mended);
  mendBounds(mended);
  mendExample(mended, flat);
  if (typeof mended["format"] === "string" && !formats.has(mended["format"]))
    delete mended["format"];
  // A default is for what is left out of a request; Elysia writes some of its own ("File").
  if (side === "response" || mended["format"] === "binary") delete mended["default"];
  for (const key of ["anyOf", "oneOf", "allOf"])
    if (Array.isArray(mended[key])) mended[key] = mended[key].map((part) => mendSchema(part, side));
  if ("not" in mended) mended["not"] = mendSchema(mended["not"], side);
  mendList(mended, side);
  mendObject(mended, flat, side);
  return mended;
}

export const schemaRef = (name: string) =>
  name.startsWith("#/") ? name : `#/components/schemas/${name}`;

function mendType(mended: Json, source: Json): void {
  if ("const" in source) {
    mended["enum"] = [source["const"]];
    mended["type"] ??= typeof source["const"];
  }
  if (source["type"] === "Date") Object.assign(mended, { type: "string", format: "date-time" });
  if (source["type"] === "null")
    Object.assign(mended, { type: "string", nullable: true, enum: [null] });
  if (Array.isArray(source["type"])) {
    const [type, ...others] = source["type"].filter((type) => type !== "null");
    if (others.length === 0) mended["type"] = type;
    if (source["type"].includes("null")) mended["nullable"] = true;
  }
  if (!types.has(String(mended["type"]))) delete mended["type"]; // TypeBox's own, like "void"
}

/** In 3.0 the exclusive bounds are flags beside the plain ones. */
function mendBounds(mended: Json): void {
  for (const [exclusive, plain] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    if (typeof mended[exclusive] !== "number") continue;
    mended[plain] = mended[exclusive];
    mended[exclusive] = true;
  }
}

/** A closed list of values must name null too, or `nullable` means nothing (3.0.3 clarified it). */
function mendEnum(mended: Json): void {
  const values = mended["enum"];
  if (mended["nullable"] === true && Array.isArray(values) && !values.includes(null))
    mended["enum"] = [...values, null];
}

function mendExample(mended: Json, source: Json): void {
  if (Array.isArray(source["examples"]) && source["examples"].length > 0)
    mended["example"] = source["examples"][0];
}

/** A tuple has no form in 3.0: a list of any of its members. */
function mendList(mended: Json, side: Side): void {
  if (mended["type"] !== "array") return;
  const { items } = mended;
  if (!Array.isArray(items)) mended["items"] = mendSchema(items, side);
  else mended["items"] = { anyOf: items.map((item) => mendSchema(item, side)) };
}

function mendObject(mended: Json, source: Json, side: Side): void {
  if (mended["type"] !== "object") return;
  const { properties, additionalProperties } = mended;
  if (isJson(properties))
    mended["properties"] = Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name, mendSchema(schema, side)]),
    );
  if (Array.isArray(mended["required"]) && mended["required"].length === 0)
    delete mended["required"];
  const patterns = isJson(source["patternProperties"])
    ? Object.values(source["patternProperties"])
    : [];
  if (patterns.length > 0) mended["additionalProperties"] = mendSchema(patterns[0], side);
  else if (isJson(additionalProperties))
    mended["additionalProperties"] = mendSchema(additionalProperties, side);
  else if (side === "response") delete mended["additionalProperties"];
  else if (isJson(properties) && additionalProperties === undefined)
    mended["additionalProperties"] = false;
}

/** An intersection of objects becomes one object: closed members would refuse each other's fields. */
function withoutIntersection(schema: Json): Json {
  const { allOf, ...rest } = schema;
  if (!Array.isArray(allOf) || !allOf.every((part) => isJson(part) && isJson(part["properties"])))
    return schema;
  const parts: Json[] = allOf;
  return {
    ...rest,
    type: "object",
    properties: Object.assign({}, ...parts.map((part) => part["properties"])),
    required: [
      ...new Set(parts.flatMap((part) => (part["required"] as string[] | undefined) ?? [])),
    ],
  };
}

/** Takes null, coercions and constants out of a union; what is left alone needs no union. */
function withoutUnion(schema: Json): Json {
  const key = Array.isArray(schema["anyOf"]) ? "anyOf" : "oneOf";
  const { [key]: members, ...rest } = schema;
  if (!Array.isArray(members)) return schema;
  const parts: Json[] = members.filter(isJson);
  const solid = parts.filter((part) => part["type"] !== "null");
  const outer: Json = solid.length < parts.length ? { ...rest, nullable: true } : rest;
  if (solid.some((part) => part["type"] === "Date"))
    return { ...outer, type: "string", format: "date-time" };
  const meant = solid.some((part) => part["type"] !== "string")
    ? solid.filter((part) => !(part["type"] === "string" && coercions.has(String(part["format"]))))
    : solid;
  const [only, second] = meant;
  if (only !== undefined && second === undefined) {
    if ("$ref" in only) return { ...outer, allOf: [only] };
    return withoutUnion({ ...only, ...outer });
  }
  if (meant.every((part) => "const" in part)) return { ...outer, ...enumOf(meant) };
  return { ...outer, [key]: meant };
}

function enumOf(constants: readonly Json[]): Json {
  const values = constants.map((part) => part["const"]);
  return { type: typeof values[0], enum: values };
}
