import type { RequestOutcome } from "../audit/messages.ts";
import type { RequestAudit } from "../audit/requests/request-audit.ts";
import { auditedActor } from "../db/audit-context.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Actor } from "../kernel/context.ts";
import { isId } from "../kernel/ids.ts";
import { epochMs, instantAt } from "../kernel/time.ts";
import type { ClientAddress } from "./client-address.ts";
import type { Exchange } from "./exchange.ts";

const changing = new Set(["POST", "PUT", "PATCH", "DELETE"]);
/** Modules, as permissions name them, whose denials nobody gets before they are on record. */
const guardedModules = new Set(["admin", "audit", "gbs", "identity"]);
const denials = new Set([401, 403, 404]);
/** Refusals that strangers get as often as they like to ask. */
const refusals = new Set([401, 429]);

/** A request with its answer, which is not sent yet or (when it was made while it was sent) has been. */
export type Answered = {
  readonly request: Request;
  readonly exchange: Exchange;
  readonly status: number;
};

/**
 * Leaves the record of a request where the audit trail wants one. Answers with a promise where the answer has to wait:
 * true = on record, false = could not be put on record in time.
 */
export type RecordRequest = (answered: Answered) => Promise<boolean> | undefined;

/**
 * On record are requests that change something or could have (those that fail, too), reads that changed something after
 * all or whose route asks for it, and denials of somebody we know in {@link guardedModules}. Strangers who are refused
 * are counted instead.
 */
export function createRequestRecords(deps: {
  readonly audit: RequestAudit;
  readonly clientAddress: ClientAddress;
  readonly clock: Clock;
}): RecordRequest {
  const { audit, clock } = deps;

  /** Refused before a route's guard, or without one, there is no address yet. */
  function clientOf({ request, exchange }: Answered): string {
    if (exchange.client !== "unknown") return exchange.client;
    const peer = exchange.server?.requestIP(request)?.address ?? "unknown";
    return deps.clientAddress(peer, request.headers);
  }

  function outcomeOf(answered: Answered, actor: Actor): RequestOutcome {
    const { request, exchange, status } = answered;
    const durationMs = Math.round(performance.now() - exchange.startedMs);
    return {
      requestId: exchange.requestId,
      clientRequestId: exchange.clientRequestId,
      at: instantAt(epochMs(clock.now()) - durationMs),
      durationMs,
      method: request.method,
      route: exchange.route,
      operation: exchange.operation?.operationId ?? null,
      targets: targetsOf(exchange, request.url),
      status,
      code: exchange.problemCode,
      actor: auditedActor(actor),
      client: clientOf(answered),
    };
  }

  return (answered) => {
    const { request, exchange, status } = answered;
    const { operation, caller } = exchange;
    const isDenial =
      denials.has(status) && caller?.type === "user" && guardedModules.has(operation?.module ?? "");
    const isExpected = changing.has(request.method)
      ? operation?.audit !== "none"
      : operation?.audit === "always";
    const hasWritten = audit.takeWritten(exchange.requestId);
    if (!isExpected && !hasWritten && !isDenial) return undefined;
    const isRefused = caller?.type === "anonymous" && refusals.has(status) && !hasWritten;
    if (caller === null || isRefused) {
      const { method } = request;
      const client = clientOf(answered);
      audit.count({ method, route: exchange.route, client, status }, clock.now());
      return undefined;
    }
    const outcome = outcomeOf(answered, caller);
    if (isDenial) return audit.recordFirst(outcome);
    audit.record(outcome);
    return undefined;
  };
}

/**
 * The ids in a path, by the names that the route's template has for them (anything else in a path is no id of ours), and
 * the account that it was about.
 */
function targetsOf(
  { route, accountId }: Pick<Exchange, "route" | "accountId">,
  url: string,
): Readonly<Record<string, string>> {
  const targets: Record<string, string> = accountId === null ? {} : { accountId };
  if (!route.includes(":")) return targets;
  const values = new URL(url).pathname.split("/");
  for (const [place, name] of route.split("/").entries()) {
    const value = values[place]?.toLowerCase() ?? "";
    if (name.startsWith(":") && isId(value)) targets[name.slice(1)] = value;
  }
  return targets;
}
