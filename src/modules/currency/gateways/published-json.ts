import { parse } from "lossless-json";
import type { Fail } from "./feed.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Reads JSON with every number as the text it was written in, so that no rate ever passes through a float. A key that
 * stands twice in one object with different values keeps its first one and is counted.
 */
export function readJson(
  body: string,
  fail: Fail,
): { readonly value: unknown; readonly duplicates: number } {
  let duplicates = 0;
  try {
    const value = parse(body, null, {
      parseNumber: (text) => text,
      onDuplicateKey: ({ oldValue }) => {
        duplicates += 1;
        return oldValue;
      },
    });
    return { value, duplicates };
  } catch {
    throw fail("not_json", "the answer is not JSON"); // an HTML page, a cut body, nesting without end
  }
}
