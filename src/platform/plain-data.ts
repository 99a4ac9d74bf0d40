/** Deeper than any honest payload; also what ends a walk through a cycle. */
const maxDepth = 32;

/**
 * Throws a TypeError that names the place of the first value which JSON could not carry unchanged: a function, a class
 * instance (Date, Map, stream, Error), a bigint, a symbol, NaN or an infinity, a cycle. Properties that are `undefined`
 * pass. Values are never shown. `path` is what the message calls the whole: "currency.convertMany input".
 */
export function assertPlainData(value: unknown, path: string): void {
  walk(value, path, 0);
}

function walk(value: unknown, path: string, depth: number): void {
  if (value === null || value === undefined) return;
  if (depth > maxDepth) throw new TypeError(`${path} is nested deeper than ${maxDepth} or a cycle`);
  switch (typeof value) {
    case "string":
    case "boolean":
      return;
    case "number":
      if (!Number.isFinite(value)) throw new TypeError(`${path} is not a finite number`);
      return;
    case "object":
      walkObject(value, path, depth);
      return;
    default:
      throw new TypeError(`${path} is a ${typeof value}, not plain data`);
  }
}

function walkObject(value: object, path: string, depth: number): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      walk(item, `${path}[${index}]`, depth + 1);
    });
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new TypeError(`${path} is a ${value.constructor?.name ?? "class"}, not plain data`);
  if (Object.getOwnPropertySymbols(value).length > 0)
    throw new TypeError(`${path} has a property named by a symbol`);
  for (const [key, item] of Object.entries(value)) walk(item, `${path}.${key}`, depth + 1);
}
