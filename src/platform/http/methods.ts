/** Which methods a path takes, for `Allow`: GET answers HEAD too. */
export type MethodsOf = (path: string) => readonly string[];

type Route = { readonly method: string; readonly path: string };

/**
 * `routes` as Elysia lists them: "/v1/currencies/:code", "/docs/assets/*". A path that is a route by its own letters
 * ("/v1/budgets/progress") is no other one's parameter, whatever the router would make of it.
 */
export function createMethodsOf(routes: readonly Route[]): MethodsOf {
  const known = routes.map(({ method, path }) => ({ method, path, pattern: patternOf(path) }));
  return (path) => {
    const literal = known.filter((route) => route.path === path);
    const matching =
      literal.length > 0 ? literal : known.filter(({ pattern }) => pattern.test(path));
    const methods = matching.map(({ method }) => method);
    if (methods.includes("GET")) methods.push("HEAD");
    return [...new Set(methods)].toSorted();
  };
}

/** Paths of routes without parameters. */
export const literalPathsOf = (routes: readonly Route[]): ReadonlySet<string> =>
  new Set(routes.map(({ path }) => path).filter((path) => !/[:*]/.test(path)));

/** Whether a path is of one of these routes. */
export function createPathCheck(routes: readonly Pick<Route, "path">[]): (path: string) => boolean {
  const patterns = routes.map(({ path }) => patternOf(path));
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function patternOf(path: string): RegExp {
  const source = path.split("/").map((segment) => {
    if (segment.startsWith(":")) return "[^/]+";
    return segment === "*" ? ".*" : segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source.join("/")}$`);
}
