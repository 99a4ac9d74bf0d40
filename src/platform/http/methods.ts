/** Which methods a path takes, for `Allow`: GET answers HEAD too. */
export type MethodsOf = (path: string) => readonly string[];

/** `routes` as Elysia lists them: "/v1/currencies/:code", "/docs/assets/*". */
export function createMethodsOf(
  routes: readonly { readonly method: string; readonly path: string }[],
): MethodsOf {
  const known = routes.map(({ method, path }) => ({ method, pattern: patternOf(path) }));
  return (path) => {
    const methods = known.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (methods.includes("GET")) methods.push("HEAD");
    return [...new Set(methods)].toSorted();
  };
}

function patternOf(path: string): RegExp {
  const source = path.split("/").map((segment) => {
    if (segment.startsWith(":")) return "[^/]+";
    return segment === "*" ? ".*" : segment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source.join("/")}$`);
}
