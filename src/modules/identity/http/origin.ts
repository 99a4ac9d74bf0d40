import type { Exchange } from "#platform/http/exchange";

/** Where a request came from, as use-cases ask it: for limits, and for the list of sessions. */
export const originOf = ({ client }: Exchange, { headers }: Request) => ({
  client,
  device: headers.get("user-agent") ?? "",
});
