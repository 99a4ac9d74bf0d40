import type { Actor } from "../kernel/context.ts";
import { defineErrors, limitExceeded } from "../kernel/errors.ts";
import type { ClientAddress } from "./client-address.ts";
import type { Exchange } from "./exchange.ts";
import type { Budget, BudgetState, RateLimiter } from "./rate-limit.ts";

/** Who may call a route: everyone, or whoever has the permission `module:verb`. */
export type Access = "public" | `${string}:${string}`;

/** Who sends these credentials ("Bearer ..."); null = nobody we know: 401. */
export type Authenticate = (credentials: {
  readonly authorization: string;
}) => Actor | null | Promise<Actor | null>;

const authErrors = defineErrors("auth", {
  required: { kind: "unauthenticated", title: "Authentication required" },
  forbidden: { kind: "forbidden", title: "Not permitted" },
});

export const anonymous: Actor = Object.freeze({ type: "anonymous" });

/** Throws or rejects when the request may not go on; otherwise `exchange.actor` is known. */
export type Guard = (
  request: Request,
  exchange: Exchange,
  rule: { readonly access: Access; readonly budget: Budget | null },
) => void | Promise<void>;

/**
 * Limit, then identity, then permission: all before a byte of the body is read or anything is validated. Answers
 * without a promise where nothing has to be waited for: that is the way of most requests.
 */
export function createGuard(deps: {
  readonly authenticate: Authenticate;
  readonly limiter: RateLimiter;
  readonly clientAddress: ClientAddress;
}): Guard {
  function identify(request: Request, exchange: Exchange, access: Access): void | Promise<void> {
    const authorization = request.headers.get("authorization");
    if (authorization === null) return admit(exchange, access, anonymous);
    const actor = deps.authenticate({ authorization });
    if (actor instanceof Promise) return actor.then((known) => admit(exchange, access, known));
    return admit(exchange, access, actor);
  }

  return (request, exchange, { access, budget }) => {
    if (budget === null) return identify(request, exchange, access);
    const peer = exchange.server?.requestIP(request)?.address ?? "unknown";
    exchange.client = deps.clientAddress(peer, request.headers);
    const taken = deps.limiter.take(budget, exchange.client);
    if (taken instanceof Promise)
      return taken.then((state) => {
        spend(exchange, state);
        return identify(request, exchange, access);
      });
    spend(exchange, taken);
    return identify(request, exchange, access);
  };
}

function spend(exchange: Exchange, state: BudgetState): void {
  exchange.budget = state;
  if (!state.allowed)
    throw limitExceeded("Too many requests; wait before the next one.", state.resetSeconds);
}

function admit(exchange: Exchange, access: Access, actor: Actor | null): void {
  if (actor === null || (actor.type === "anonymous" && access !== "public"))
    throw authErrors.fail("required", "Send a valid bearer token.");
  if (access !== "public" && !(actor.type === "user" && actor.permissions.includes(access)))
    throw authErrors.fail("forbidden", "This needs a permission that you do not have.");
  exchange.actor = actor;
}
