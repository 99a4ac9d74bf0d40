import { expect } from "bun:test";
import type { Problem } from "./currency-api.ts";
import type { TestApp } from "./test-app.ts";

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** A problem of this status and code, as every failure looks. */
export function expectProblem(
  answer: { readonly status: number; readonly headers: Headers; readonly body: unknown },
  status: number,
  code: string,
): Problem {
  expect([answer.status, (answer.body as Problem).code]).toEqual([status, code]);
  expect(answer.headers.get("content-type")).toBe("application/problem+json");
  return answer.body as Problem;
}

/** All other methods answer 405 and name these. */
export async function expectOnlyMethods(app: TestApp, path: string, allowed: readonly string[]) {
  for (const method of methods.filter((one) => !allowed.includes(one))) {
    const answer = await app.request(path, { method });
    expect([method, answer.status, answer.headers.get("allow")]).toEqual([
      method,
      405,
      allowed.join(", "),
    ]);
  }
}

/** The client's requests after the first `requests` are refused until it has waited; others' are not. */
export async function expectBudget(
  app: TestApp,
  requests: number,
  init: RequestInit,
  path: string,
) {
  const headers = new Headers(init.headers);
  headers.set("x-forwarded-for", "192.0.2.77");
  const ask = () => app.request(path, { ...init, headers });
  for (let left = requests - 1; left >= 0; left -= 1) {
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("ratelimit-remaining")).toBe(String(left));
  }
  const refused = await ask();
  expectProblem(refused, 429, "limit.exceeded");
  expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 70);
  expect(refused.headers.get("ratelimit-limit")).toBe(String(requests));
  expect((await app.request(path, init)).status).toBe(200);
}

/** A 422 that names these fields and no other, whether the schema or the use-case found their faults. */
export function expectFaults(
  answer: { readonly status: number; readonly headers: Headers; readonly body: unknown },
  paths: readonly string[],
): Problem {
  const problem = answer.body as Problem;
  expect([answer.status, problem.errors?.map(({ path }) => path).toSorted()]).toEqual([
    422,
    paths.toSorted(),
  ]);
  expect(["input.invalid", "request.invalid"]).toContain(problem.code);
  return problem;
}
