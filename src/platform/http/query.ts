import { invalidRequest } from "./validation.ts";

const nameable = /^[\w.-]{1,64}$/;

/**
 * A parameter given twice is a 422: Elysia keeps the last, proxies and other servers the first, and such a
 * difference is how checks are got around. `query` is what Elysia made of the same address.
 */
export function refuseRepeats(url: string, query: object): void {
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
  if (parameters !== names) throw repeated(url.slice(start));
}

function repeated(search: string) {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const [name] of new URLSearchParams(search)) {
    if (seen.has(name)) twice.add(nameable.test(name) ? name : "(a parameter)");
    seen.add(name);
  }
  const detail = "May be given only once.";
  return invalidRequest([...twice].map((path) => ({ path, detail })));
}
