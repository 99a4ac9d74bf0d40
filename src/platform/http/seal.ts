import type { TSchema } from "elysia";

/**
 * Closes every object below: a field that no schema names is refused. Elysia does this for the outermost object only,
 * so that a typo inside a list would pass in silence.
 */
export function sealObjects(schema: TSchema): void {
  if (
    schema["type"] === "object" &&
    schema["properties"] &&
    schema["additionalProperties"] === undefined
  )
    schema["additionalProperties"] = false;
  for (const part of partsOf(schema)) sealObjects(part);
}

function partsOf(schema: TSchema): TSchema[] {
  const properties: Record<string, TSchema> = schema["properties"] ?? {};
  const several: TSchema[] = schema["anyOf"] ?? schema["oneOf"] ?? [];
  const items: TSchema | TSchema[] | undefined = schema["items"];
  return [...Object.values(properties), ...several, ...(items ? [items].flat() : [])];
}
