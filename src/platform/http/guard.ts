import type { Actor } from "../kernel/context.ts";
import { defineErrors } from "../kernel/errors.ts";
import type { ClientAddress } from "./client-address.ts";
import type { Exchange } from "./exchange.ts";
import type { Budget, RateLimiter } from "./rate-limit.ts";

/** Who may call a route: everyone, or whoever has the permission `module:verb`. */
export type Access = "public" | `${string}:${string}`;

/** Who sends these credentials ("Bearer ..."); null = nobody we know: 401. */
export type Authenticate = (credentials: {
  readonly authorization: string;
}) => Promise<Actor | null>;

const authErrors = defineErrors("auth", {
  required: { kind: "unauthenticated", title: "Authentication required" },
  forbidden: { kind: "forbidden", title: "Not permitted" },
});
const limitErrors = defineErrors("limit", {
  exceeded: { kind: "limit", title: "Too many requests" },
});

export const anonymous: Actor = Object.freeze({ type: "anonymous" });

export type Guard = (
  request: Request,
  exchange: Exchange,
  rule: { readonly access: Access; readonly budget: Budget | null },
) => Promise<void>;

/** Limit, then identity, then permission: all before a byte of the body is read or anything is validated. */
export function createGuard(deps: {
  readonly authenticate: Authenticate;
  readonly limiter: RateLimiter;
  readonly clientAddress: ClientAddress;
}): Guard {
  return async (request, exchange, { access, budget }) => {
    if (budget !== null) {
      const peer = exchange.server?.requestIP(request)?.address ?? "unknown";
      exchange.client = deps.clientAddress(peer, request.headers);
      const taken = deps.limiter.take(budget, exchange.client);
      const state = taken instanceof Promise ? await taken : taken;
      exchange.budget = state;
      if (!state.allowed)
        throw limitErrors.fail("exceeded", "Too many requests; wait before the next one.", {
          retryAfterSeconds: state.resetSeconds,
        });
    }
    const authorization = request.headers.get("authorization");
    const actor = authorization === null ? anonymous : await deps.authenticate({ authorization });
    if (actor === null || (actor.type === "anonymous" && access !== "public"))
      throw authErrors.fail("required", "Send a valid bearer token.");
    if (access !== "public" && !(actor.type === "user" && actor.permissions.includes(access)))
      throw authErrors.fail("forbidden", "This needs a permission that you do not have.");
    exchange.actor = actor;
  };
}
