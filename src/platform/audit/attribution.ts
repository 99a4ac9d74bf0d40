import { type AuditContext, auditMessagePrefix, readAuditContext } from "../db/audit-context.ts";
import type { Keyring } from "../keyring/keyring.ts";
import type { SeenCounters } from "./seen-counters.ts";
import type { LogicalMessage } from "./transactions.ts";

/** Who changed the rows of a transaction, as far as its messages prove it. */
export type Verdict =
  | { readonly attribution: "attributed"; readonly context: AuditContext }
  | { readonly attribution: "unattributed" }
  | { readonly attribution: "unverified"; readonly reason: UnverifiedReason };

/** `signature`: no key of ours made it. `repeated`: it was copied. `several`: a transaction has one. */
export type UnverifiedReason = "signature" | "repeated" | "several";

/** Judges the audit contexts of one transaction; more than two tell nothing that two do not. */
export async function judgeContexts(
  contexts: readonly LogicalMessage[],
  deps: {
    readonly keyring: Pick<Keyring, "verifyHmac">;
    readonly seen: Pick<SeenCounters, "mark">;
  },
): Promise<Verdict> {
  const [first] = contexts;
  if (!first) return { attribution: "unattributed" };
  const context = readAuditContext(first.content, deps.keyring);
  const fault: UnverifiedReason | undefined =
    contexts.length > 1 ? "several" : context === undefined ? "signature" : undefined;
  if (fault || !context) return { attribution: "unverified", reason: fault ?? "signature" };
  const source = `${auditMessagePrefix}:${context.process}`;
  return (await deps.seen.mark(source, context.counter))
    ? { attribution: "attributed", context }
    : { attribution: "unverified", reason: "repeated" };
}

export const isAuditContext = ({ prefix }: LogicalMessage): boolean =>
  prefix === auditMessagePrefix;
