import { defineErrors } from "../kernel/errors.ts";
import type { Exchange } from "./exchange.ts";
import { problemResponse } from "./problem.ts";

const errors = defineErrors("http", {
  timeout: { kind: "unavailable", title: "Took too long" },
});
/** How late a deadline may be noticed: one timer looks after all requests, none of them has its own. */
const sweepMs = 250;

type Waiting = { readonly exchange: Exchange; answer(response: Response): void };

/**
 * Answers 503 for a request that has no answer `timeoutMs` after it came, or after the last bytes of its upload, and
 * aborts the signal of its handler.
 */
export function createDeadlines(timeoutMs: number) {
  const waiting = new Set<Waiting>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function sweep(): void {
    timer = undefined;
    const before = performance.now() - timeoutMs;
    for (const request of waiting)
      if (request.exchange.waitedForSinceMs <= before) {
        waiting.delete(request);
        expire(request);
      }
    arm();
  }

  function arm(): void {
    if (waiting.size > 0) timer ??= setTimeout(sweep, sweepMs);
  }

  return {
    /** Never rejects: a failure of `answer` becomes a problem. */
    bound(answer: Promise<Response>, exchange: Exchange): Promise<Response> {
      return new Promise((resolve) => {
        const request = { exchange, answer: resolve };
        waiting.add(request);
        if (timer === undefined) arm();
        const settle = (response: Response) => {
          waiting.delete(request);
          resolve(response);
        };
        answer.then(settle, (error) => settle(problemResponse(error, exchange)));
      });
    },
  };
}

function expire({ exchange, answer }: Waiting): void {
  const error = errors.fail("timeout", "The answer took too long; try again later.");
  exchange.aborter?.abort(error);
  answer(problemResponse(error, exchange));
}
