import { invalidRequest, unknownParameter } from "./validation.ts";

/**
 * A parameter given twice is a 422: Elysia keeps the last, proxies and other servers the first, and such a
 * difference is how checks are got around. `query` is what Elysia made of the same address; `known` are the route's own
 * parameters: other names are the client's text, and not told.
 */
export function refuseRepeats(url: string, query: object, known: ReadonlySet<string>): void {
  const start = url.indexOf("?") + 1;
  if (start === 0) return;
  let parameters = 0;
  for (let from = start; from <= url.length; ) {
    const next = url.indexOf("&", from);
    const end = next === -1 ? url.length : next;
    if (end > from) parameters += 1;
    from = end + 1;
  }
  let names = 0;
  for (const _ in query) names += 1;
  if (parameters !== names) throw repeated(url.slice(start), known);
}

function repeated(search: string, known: ReadonlySet<string>) {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const [name] of new URLSearchParams(search)) {
    if (seen.has(name)) twice.add(known.has(name) ? name : unknownParameter);
    seen.add(name);
  }
  const detail = "May be given only once.";
  return invalidRequest([...twice].map((path) => ({ path, detail })));
}
