import type { Clock } from "../kernel/clock.ts";
import type { Actor } from "../kernel/context.ts";
import { defineErrors, limitExceeded } from "../kernel/errors.ts";
import type { ClientAddress } from "./client-address.ts";
import type { Exchange } from "./exchange.ts";
import type { Budget, BudgetState, RateLimiter } from "./rate-limit.ts";
import { requireStepUp } from "./step-up.ts";

/** Who may call a route: everyone, or whoever has the permission `module:verb`. */
export type Access = "public" | `${string}:${string}`;

/**
 * Who sends these credentials ("Bearer ..."); null = nobody we know: 401. Throws an AppError of kind `unavailable` (503)
 * when that cannot be told at the moment.
 */
export type Authenticate = (credentials: {
  readonly authorization: string;
}) => Actor | null | Promise<Actor | null>;

const authErrors = defineErrors("auth", {
  required: { kind: "unauthenticated", title: "Authentication required" },
  forbidden: { kind: "forbidden", title: "Not permitted" },
});

export const anonymous: Actor = Object.freeze({ type: "anonymous" });

type Rule = { readonly access: Access; readonly stepUp: boolean; readonly budget: Budget | null };

/** Throws or rejects when the request may not go on; otherwise `exchange.actor` is known. */
export type Guard = (request: Request, exchange: Exchange, rule: Rule) => void | Promise<void>;

/**
 * Limit, then identity, then permission, then how fresh the authentication is: all before a byte of the body is read or anything is validated. Answers
 * without a promise where nothing has to be waited for: that is the way of most requests.
 */
export function createGuard(deps: {
  readonly authenticate: Authenticate;
  readonly limiter: RateLimiter;
  readonly clientAddress: ClientAddress;
  readonly clock: Clock;
}): Guard {
  function identify(request: Request, exchange: Exchange, rule: Rule): void | Promise<void> {
    const authorization = request.headers.get("authorization");
    if (authorization === null) return admit(exchange, rule, anonymous);
    const actor = deps.authenticate({ authorization });
    if (actor instanceof Promise) return actor.then((known) => admit(exchange, rule, known));
    return admit(exchange, rule, actor);
  }

  function admit(exchange: Exchange, { access, stepUp }: Rule, actor: Actor | null): void {
    exchange.caller = actor;
    if (actor === null || (actor.type === "anonymous" && access !== "public"))
      throw authErrors.fail("required", "Send a valid bearer token.");
    if (access !== "public" && !(actor.type === "user" && actor.permissions.includes(access)))
      throw authErrors.fail("forbidden", "This needs a permission that you do not have.");
    if (stepUp) requireStepUp(actor, deps.clock.now());
    exchange.actor = actor;
  }

  return (request, exchange, rule) => {
    const { budget } = rule;
    if (budget === null) return identify(request, exchange, rule);
    const peer = exchange.server?.requestIP(request)?.address ?? "unknown";
    exchange.client = deps.clientAddress(peer, request.headers);
    const taken = deps.limiter.take(budget, exchange.client);
    if (taken instanceof Promise)
      return taken.then((state) => {
        spend(exchange, state);
        return identify(request, exchange, rule);
      });
    spend(exchange, taken);
    return identify(request, exchange, rule);
  };
}

function spend(exchange: Exchange, state: BudgetState): void {
  exchange.budget = state;
  if (!state.allowed)
    throw limitExceeded("Too many requests; wait before the next one.", state.resetSeconds);
}
