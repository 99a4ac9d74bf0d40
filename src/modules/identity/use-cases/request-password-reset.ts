import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps, Origin } from "../deps.ts";
import { parseAddress } from "../domain/address.ts";
import { resetMails, resetsOfClient } from "../domain/password-reset.ts";
import { type SendResetPayload, sendResetJob } from "./send-password-reset.ts";

/**
 * Asks for a link by mail. The answer, and the work until then, is the same whether or not the address has an account:
 * who it belongs to matters only to the job. Throws `input.invalid` (422) and, by client, `limit.exceeded` (429); an
 * address that was sent too much is passed over in silence.
 */
export async function requestPasswordReset(
  deps: Pick<
    IdentityDeps,
    "db" | "ids" | "settings" | "attempts" | "domainNames" | "users" | "jobs"
  >,
  ctx: RequestContext,
  input: { readonly email: string; readonly origin: Origin },
): Promise<object> {
  const { db, ids, attempts } = deps;
  const { addressKey } = parseAddress(deps.domainNames, input.email);
  const { clientAttemptsPerHour } = deps.settings;
  await attempts.require(ctx, resetsOfClient(input.origin.client, clientAttemptsPerHour));
  const { allowed } = await attempts.take(ctx, resetMails(addressKey));
  if (!allowed) return {};

  const user = await deps.users.byAddressKey(db.read, addressKey);
  // Nobody has the id that is made up for an unknown address.
  const payload: SendResetPayload = { resetId: ids.next(), userId: user?.id ?? ids.next() };
  await db.transact(ctx, (tx) => deps.jobs.enqueue(tx, sendResetJob, payload));
  return {};
}
