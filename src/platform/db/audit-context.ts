import type { Actor, RequestContext } from "../kernel/context.ts";
import type { Keyring } from "../keyring/keyring.ts";

/** Who changed something, by which request, and as what: one logical message in each write transaction's WAL. */
export type AuditContext = {
  readonly process: string;
  /** Counts the transactions of the process; a repeated one was copied. */
  readonly counter: number;
  readonly actor:
    | { readonly type: "anonymous" }
    | { readonly type: "user"; readonly id: string; readonly sessionId: string | null }
    | { readonly type: "system"; readonly name: string };
  readonly requestId: string;
  readonly operation: string;
};

export type AuditContexts = {
  next(ctx: RequestContext): string;
  /**
   * Whether a context was made for this request since it was last asked: then the trail waits for what became of it,
   * though it may have been a read (the first one of a list that makes its first item).
   */
  takeWritten(requestId: string): boolean;
};

/** Prefix of our logical messages (pg_logical_emit_message), by which a reader of the WAL finds them. */
export const auditMessagePrefix = "audit";

/** Requests that have written and have no answer yet; many times as many as can be served at once. */
const maxWritten = 10_000;
const purpose = "audit-context";
const signed = /^(\{.*),"mac":"([0-9a-f]{64})"\}$/s;

/** Makes the message's content: the context as JSON whose last member `mac` is the HMAC of the text before it plus "}". */
export function createAuditContexts(options: {
  readonly processId: string;
  readonly keyring: Pick<Keyring, "hmac">;
}): AuditContexts {
  let counter = 0;
  const written = new Set<string>();

  function note(requestId: string): void {
    written.add(requestId);
    // Nobody asks for what was written after its answer.
    const [oldest] = written.size > maxWritten ? written : [];
    if (oldest !== undefined) written.delete(oldest);
  }

  return {
    takeWritten: (requestId) => written.size > 0 && written.delete(requestId),
    next(ctx) {
      counter += 1;
      if (ctx.actor.type !== "system") note(ctx.requestId);
      const context: AuditContext = {
        process: options.processId,
        counter,
        actor: auditedActor(ctx.actor),
        requestId: ctx.requestId,
        operation: ctx.operation,
      };
      const text = JSON.stringify(context);
      return `${text.slice(0, -1)},"mac":"${options.keyring.hmac(purpose, text)}"}`;
    },
  };
}

/** The context of a message, or undefined when no key of ours signed it. */
export function readAuditContext(
  content: string,
  keyring: Pick<Keyring, "verifyHmac">,
): AuditContext | undefined {
  const [, body, mac] = signed.exec(content) ?? [];
  if (body === undefined || mac === undefined) return undefined;
  return keyring.verifyHmac(purpose, `${body}}`, mac) ? JSON.parse(`${body}}`) : undefined;
}

/** Roles and permissions stay out: they may be long, and the audit trail of grants tells them. */
export function auditedActor(actor: Actor): AuditContext["actor"] {
  switch (actor.type) {
    case "anonymous":
      return { type: "anonymous" };
    case "user":
      return { type: "user", id: actor.id, sessionId: actor.sessionId };
    case "system":
      return { type: "system", name: actor.name };
  }
}
