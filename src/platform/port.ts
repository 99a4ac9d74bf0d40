import { isInsideTransaction } from "./db/open-transaction.ts";
import type { RequestContext } from "./kernel/context.ts";
import { assertPlainData } from "./plain-data.ts";

/** What may cross a module border: asynchronous methods of (ctx, input). Synchronous snapshots are ports of their own. */
export type PortApi<A> = {
  [K in keyof A]: A[K] extends (ctx: RequestContext, input: infer I) => Promise<infer O>
    ? (ctx: RequestContext, input: I) => Promise<O>
    : never;
};

/** Told of every call: a span begins, and the returned function ends it. `name` is "currency.convertMany". */
export type PortObserver = {
  callStarted(name: string): (outcome: "ok" | "failed") => void;
};

export type PortOptions = {
  /** Hold calls to what a network would demand. Everywhere but in production, where it would cost a copy per call. */
  readonly strict: boolean;
  readonly observer?: PortObserver;
};

type Call = (ctx: RequestContext, input: unknown) => Promise<unknown>;

/**
 * A module's `api` as its neighbours get it. With `strict` a call throws inside an open transaction, and when the
 * context, the input or the result is not plain data; each side gets a copy of its own, as if the other were another
 * process. Errors pass as they are.
 */
export function exposePort<A extends PortApi<A>>(module: string, api: A, options: PortOptions): A {
  const calls = Object.entries(api as Record<string, unknown>).map(([method, call]) => {
    const name = `${module}.${method}`;
    if (typeof call !== "function") throw new TypeError(`${name} is not a function`);
    // Bound: a method may be written with `this`, and taking it out of the object must not break it.
    const own: Call = (ctx, input) => Reflect.apply(call, api, [ctx, input]);
    return [method, observed(name, options.strict ? strictly(name, own) : own, options.observer)];
  });
  return Object.freeze(Object.fromEntries(calls)) as A;
}

function observed(name: string, call: Call, observer: PortObserver | undefined): Call {
  if (!observer) return call;
  return async (ctx, input) => {
    const end = observer.callStarted(name);
    try {
      const result = await call(ctx, input);
      end("ok");
      return result;
    } catch (error) {
      end("failed");
      throw error;
    }
  };
}

function strictly(name: string, call: Call): Call {
  return async (...args: unknown[]) => {
    if (args.length > 2) throw new TypeError(`${name} takes (ctx, input) and nothing else`);
    if (isInsideTransaction()) throw new Error(`${name} is called inside an open transaction`);
    const [ctx, input] = [copied(args[0], `${name} context`), copied(args[1], `${name} input`)];
    const answer: unknown = call(ctx as RequestContext, input);
    if (!(answer instanceof Promise)) throw new TypeError(`${name} is not asynchronous`);
    return copied(await answer, `${name} result`);
  };
}

/** structuredClone keeps `undefined` apart from missing, but drops prototypes in silence: hence the check before. */
function copied<T>(value: T, path: string): T {
  assertPlainData(value, path);
  return structuredClone(value);
}
