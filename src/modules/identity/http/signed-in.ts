import type { Exchange } from "#platform/http/exchange";
import type { IdentityOperations } from "../operations.ts";

type TokenSet = Awaited<ReturnType<IdentityOperations["signIn"]>>;

/** What of it the client gets. Nobody was signed in before: the record of the request says whose account it was. */
export function signedIn(exchange: Exchange, { userId, ...tokens }: TokenSet) {
  exchange.accountId = userId;
  return tokens;
}
