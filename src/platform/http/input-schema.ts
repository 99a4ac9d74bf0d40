import type { TSchema } from "elysia";
import { isDescribed } from "./sentences.ts";

/** Where an input stands: parameters arrive as text, so that their numbers and booleans need a reader of our own. */
export type InputPlace = "params" | "query" | "body";

/** Kinds of schemas.ts that read "50" and "true" as themselves; Elysia's own take "0x32" and "5e1" too. */
const parameterKinds: ReadonlySet<unknown> = new Set(["WholeNumberParameter", "YesNoParameter"]);
const kind = Symbol.for("TypeBox.Kind");

/**
 * Throws, when a route is defined, unless everything that a client may send is bounded and of a shape that the kernel
 * knows: text with a limit and a pattern or format of schemas.ts, whole numbers between bounds, lists with a limit,
 * closed objects. (Elysia's own date takes 30 February; a bare string takes NUL, which PostgreSQL refuses.)
 */
export function requireInputSchema(schema: TSchema, place: InputPlace, path: string = place): void {
  const fault = faultOf(schema, place);
  if (fault !== undefined) throw new TypeError(`${path} is ${fault}: see platform/http/schemas`);
  for (const [name, part] of partsOf(schema)) requireInputSchema(part, place, `${path}/${name}`);
}

function faultOf(schema: TSchema, place: InputPlace): string | undefined {
  if (schema["enum"] ?? schema["const"] ?? schema["anyOf"]) return undefined;
  const isOwnKind = place === "body" || parameterKinds.has(Reflect.get(schema, kind));
  switch (schema["type"]) {
    case "string":
      if (schema["maxLength"] === undefined) return "text without maxLength";
      return isDescribed(schema) ? undefined : "text of a pattern or format that we do not know";
    case "integer":
      if (!isOwnKind) return "a number that Elysia reads";
      return schema["minimum"] === undefined || schema["maximum"] === undefined
        ? "a whole number without bounds"
        : undefined;
    case "boolean":
      return isOwnKind ? undefined : "a boolean that Elysia reads";
    case "array":
      return schema["maxItems"] === undefined ? "a list without maxItems" : undefined;
    case "object":
      return schema["additionalProperties"] === false ? undefined : "an object with any fields";
    case "null":
      return undefined;
    default:
      return "no text, whole number, boolean, list or object";
  }
}

function partsOf(schema: TSchema): [string, TSchema][] {
  const properties: Record<string, TSchema> = schema["properties"] ?? {};
  const choices: TSchema[] = schema["anyOf"] ?? [];
  const items: TSchema[] = schema["items"] ? [schema["items"]] : [];
  return [...Object.entries(properties), ...[...choices, ...items].entries()].map(
    ([name, part]) => [String(name), part],
  );
}
