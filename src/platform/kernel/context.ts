import type { Id } from "./ids.ts";
import type { Instant } from "./time.ts";

/** Who acts. `permissions` are `module:verb`. */
export type Actor =
  | { readonly type: "anonymous" }
  | {
      readonly type: "user";
      readonly id: Id;
      readonly sessionId: Id | null;
      readonly roles: readonly string[];
      readonly permissions: readonly string[];
      /** When this session last proved a password or a second factor; null = never (a token without a session). */
      readonly authenticatedAt: Instant | null;
    }
  | { readonly type: "system"; readonly name: string };

/** An Idempotency-Key with what it stands for. `fingerprint` = HMAC of the request body (hex). */
export type IdempotencyClaim = {
  /** actor + route: the same key of another actor or on another route is another key. */
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
  /** The answer is a secret: it is not stored, and a repeat is refused instead of replayed. */
  readonly secret?: boolean;
};

/** Plain data that travels with every call, also across a process border. */
export type RequestContext = {
  readonly actor: Actor;
  readonly requestId: string;
  /** The use-case or job: operationId of a route, "job:<name>", "command:<name>". */
  readonly operation: string;
  readonly idempotency?: IdempotencyClaim;
};

export const systemContext = (name: string, requestId: string): RequestContext => ({
  actor: { type: "system", name },
  requestId,
  operation: name,
});
