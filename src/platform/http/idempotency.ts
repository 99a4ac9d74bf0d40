import type { IdempotencyStore } from "../db/idempotency.ts";
import { canonicalJson } from "../kernel/canonical-json.ts";
import { invalidField } from "../kernel/errors.ts";
import type { Exchange } from "./exchange.ts";

/** Printable ASCII: what a client may invent as a key. UUIDs fit. */
const keyPattern = /^[\x21-\x7e]{1,255}$/;

/**
 * Reads Idempotency-Key into the exchange. The fingerprint is an HMAC over what was asked for, so that the record of
 * a request tells nothing about it; the scope keeps keys of other actors, clients and routes apart.
 */
export function createIdempotency(deps: {
  readonly store: IdempotencyStore;
  /** HMAC-SHA256 under the keyring, hex. */
  readonly hmac: (data: string) => string;
}) {
  return function claim(
    request: Request,
    exchange: Exchange,
    asked: {
      readonly operation: string;
      readonly secret: boolean;
      readonly params: unknown;
      readonly query: unknown;
      readonly body: unknown;
      readonly ifMatch?: number;
      /** Of those that the route reads; null = not sent. */
      readonly headers?: readonly (string | null)[];
    },
  ): void {
    const key = request.headers.get("idempotency-key");
    if (key === null) return;
    if (!keyPattern.test(key))
      throw invalidField("Idempotency-Key", "Must be 1 to 255 printable ASCII characters.");
    const { operation, secret, ...content } = asked;
    const scope = `${operation} ${ownerOf(exchange)}`;
    const fingerprint = deps.hmac(`${scope}\n${canonicalJson(content)}`);
    exchange.idempotency = {
      claim: { scope, key, fingerprint, ...(secret ? { secret } : {}) },
      find: deps.store.find,
    };
  };
}
export type ClaimIdempotency = ReturnType<typeof createIdempotency>;

/** Strangers have no name: the address keeps one from replaying the answers of another. */
function ownerOf({ actor, client }: Exchange): string {
  return actor?.type === "user" ? `user:${actor.id}` : `client:${client}`;
}

/**
 * Runs `work` once per Idempotency-Key: a repeat gets the stored result of the first run (plain JSON of what the
 * use-case returned) and the header Idempotency-Replayed. Without a key it just runs. The handler renders both alike.
 */
export async function once<T>(exchange: Exchange, work: () => Promise<T>): Promise<T> {
  const { idempotency } = exchange;
  if (idempotency === null) return work();
  const stored = await idempotency.find(idempotency.claim);
  if (stored === undefined) return work();
  exchange.replayed = true;
  return stored.result as T;
}
