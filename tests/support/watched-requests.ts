import { decodeJwt } from "jose";
import type { Answer, TestApp } from "./test-app.ts";

/** A request that a test has made, and what its record has to say. */
export type WatchedRequest = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly requestId: string;
  readonly code: string | null;
  /** The user whose token it had. */
  readonly userId: string | null;
};

/** The same application, but that every request through it is remembered. */
export function watchRequests(api: TestApp) {
  const seen: WatchedRequest[] = [];
  async function request<T>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
    const answer = await api.request<T>(path, init);
    const token = new Headers(init.headers).get("authorization")?.replace("Bearer ", "");
    const isFailure = answer.status >= 400;
    seen.push({
      method: init.method ?? "GET",
      path: path.split("?")[0] ?? "",
      status: answer.status,
      requestId: answer.headers.get("x-request-id") ?? "",
      code: isFailure ? (answer.body as { readonly code: string }).code : null,
      userId: token === undefined ? null : (decodeJwt(token).sub ?? null),
    });
    return answer;
  }
  const watched: TestApp = {
    ...api,
    request,
    get: (path) => request(path),
    post: (path, body) =>
      request(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
  };
  return { api: watched, seen };
}

export type DescribedOperation = {
  readonly name: string;
  readonly method: string;
  /** "/v1/debts/{id}" */
  readonly template: string;
  /** "/v1/debts/:id", as routes and records have it. */
  readonly route: string;
  readonly isPublic: boolean;
  readonly takesBody: boolean;
};

/** Everything of the description that may change something. */
export function changingOperations({ app }: TestApp): DescribedOperation[] {
  const changing = ["post", "put", "patch", "delete"];
  return Object.entries(app.describe().paths).flatMap(([template, methods]) =>
    Object.entries(methods as Record<string, Record<string, unknown>>)
      .filter(([method]) => changing.includes(method))
      .map(([method, operation]) => ({
        name: String(operation["operationId"]),
        method: method.toUpperCase(),
        ...{ template, route: template.replaceAll(/\{(\w+)\}/g, ":$1") },
        isPublic: JSON.stringify(operation["security"]) === "[]",
        takesBody: operation["requestBody"] !== undefined,
      })),
  );
}

/** The operation that a request was for: the one with the most letters of its own in its path. */
export function operationOf(
  operations: readonly DescribedOperation[],
  { method, path }: Pick<WatchedRequest, "method" | "path">,
): DescribedOperation | undefined {
  const parts = path.split("/");
  const fits = operations.filter((operation) => {
    const wanted = operation.template.split("/");
    return (
      operation.method === method &&
      wanted.length === parts.length &&
      wanted.every((part, place) => part.startsWith("{") || part === parts[place])
    );
  });
  return fits.toSorted((a, b) => a.template.split("{").length - b.template.split("{").length)[0];
}
