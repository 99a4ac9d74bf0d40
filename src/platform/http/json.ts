import { HttpError } from "./http-error.ts";

const maxDepth = 32;
/** A string, and the colon that makes it a member's name. */
const stringOrName = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

/**
 * JSON.parse for bodies of strangers. Throws a 400 on anything that two parsers could read differently: a name
 * written twice in one object (RFC 7493), a member called `__proto__`; and on nesting deeper than 32.
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new HttpError("malformed", "The body is not valid JSON.");
  }
  // JSON.parse keeps the last of two members of one name: then fewer names are left than were written.
  if (countNames(value, 0) !== countWrittenNames(text))
    throw new HttpError("malformed", "An object in the body has two members of the same name.");
  return value;
}

function countNames(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth === maxDepth)
    throw new HttpError("malformed", `The body is nested deeper than ${maxDepth}.`);
  let names = 0;
  if (Array.isArray(value)) {
    for (const item of value) names += countNames(item, depth + 1);
    return names;
  }
  for (const [name, member] of Object.entries(value)) {
    if (name === "__proto__") throw new HttpError("malformed", "The body has a member __proto__.");
    names += 1 + countNames(member, depth + 1);
  }
  return names;
}

function countWrittenNames(text: string): number {
  let names = 0;
  for (const match of text.matchAll(stringOrName)) if (match[1] !== undefined) names += 1;
  return names;
}
