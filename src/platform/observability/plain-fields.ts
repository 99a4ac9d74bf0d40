import { describeError } from "./error-fields.ts";
import { cleanText, isSecretName, redacted } from "./redaction.ts";

const maxDepth = 8;
const maxEntriesPerContainer = 100;
const maxContainersPerLine = 500;

export type Plain = string | number | boolean | null | Plain[] | { [name: string]: Plain };

/** `above`: the containers we are inside of; `left`: how many more containers this line may hold. */
type Walk = { readonly above: Set<object>; left: number };

/**
 * A copy of log fields that is plain JSON, bounded (depth 8, 100 entries a container, 500 containers a line) and
 * free of secrets: what stands under a secret name is replaced whatever its shape, and so is what stands beside one
 * (header lists, `{ name, value }`). Never throws: a getter or a toJSON that does is noted in its place.
 */
export function plainFields(fields: object): { [name: string]: Plain } {
  const copied = copyObject(fields, 0, { above: new Set(), left: maxContainersPerLine });
  return typeof copied === "object" && copied !== null && !Array.isArray(copied)
    ? copied
    : { value: copied };
}

function copy(value: unknown, depth: number, walk: Walk): Plain | undefined {
  switch (typeof value) {
    case "string":
      return cleanText(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "bigint":
      return String(value);
    case "object":
      return value === null ? null : copyObject(value, depth, walk);
    default:
      return undefined; // functions and symbols say nothing
  }
}

function copyObject(value: object, depth: number, walk: Walk): Plain {
  if (walk.above.has(value)) return "[circular]";
  if (depth > maxDepth || walk.left <= 0) return "[cut]";
  walk.left -= 1;
  walk.above.add(value);
  try {
    return copyShape(value, depth, walk);
  } catch {
    return "[unreadable]";
  } finally {
    walk.above.delete(value);
  }
}

function copyShape(value: object, depth: number, walk: Walk): Plain {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype && !("toJSON" in value)) return copyRecord(value, depth, walk);
  if (value instanceof Error) return describeError(value);
  if (value instanceof Date)
    return Number.isNaN(value.getTime()) ? "[no date]" : value.toISOString();
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
    return `[${value.byteLength} bytes]`;
  if (value instanceof Request || value instanceof Response) return `[${value.constructor.name}]`;
  if (Array.isArray(value)) return copyList(value, depth, walk);
  if (value instanceof Set) return copyList([...value], depth, walk);
  if (value instanceof Map || value instanceof Headers || value instanceof URLSearchParams)
    return copyRecord(Object.fromEntries(value), depth, walk);
  if ("toJSON" in value && typeof value.toJSON === "function") {
    const json: unknown = value.toJSON();
    if (json !== value) return copy(json, depth + 1, walk) ?? null;
  }
  return copyRecord(value, depth, walk);
}

function copyList(list: readonly unknown[], depth: number, walk: Walk): Plain[] {
  const items = list.slice(0, maxEntriesPerContainer).map((item, index) => {
    const name = list[index - 1];
    // ["authorization", "Bearer …"]: as a pair or in a flat list of headers.
    if (typeof name === "string" && isSecretName(name)) return redacted;
    return copy(item, depth + 1, walk) ?? null;
  });
  return list.length > items.length ? [...items, `[${list.length - items.length} more]`] : items;
}

function copyRecord(record: object, depth: number, walk: Walk): { [name: string]: Plain } {
  const source = record as Readonly<Record<string, unknown>>;
  const copied: { [name: string]: Plain } = {};
  const besideSecret = labels.some((label) => {
    const value = source[label];
    return typeof value === "string" && isSecretName(value);
  });
  let left = maxEntriesPerContainer;
  for (const key of Object.keys(source)) {
    if (left === 0) {
      copied["…"] = "[cut]";
      break;
    }
    left -= 1;
    const value = source[key];
    const hidden = isSecretName(key) || (besideSecret && !labels.includes(key));
    const plain = hidden && value != null ? redacted : copy(value, depth + 1, walk);
    if (plain !== undefined) copied[key] = plain;
  }
  return copied;
}

/** Under these a record may hold a header's or a field's name, with its value beside it. */
const labels = ["name", "header", "field"];
