import type { AttemptRule } from "#platform/attempts/attempts";
import type { RequestContext } from "#platform/kernel/context";
import { type AppError, invalidField } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import { firstKeyWaitSeconds, keyTriesForgottenSeconds, maxKeyWaitSeconds } from "../bounds.ts";
import type { GbsDeps, StoredLenderHeader } from "../deps.ts";
import { gbsErrors } from "../errors.ts";

const waitingToTry = `After a wrong key nobody tries another one for ${firstKeyWaitSeconds} seconds, and twice as long after each further one, up to an hour.`;

/** None is free: while one is computed, no other begins. */
const keyTries: AttemptRule = {
  ...{ name: "gbs.evidence_key", kind: "delay", free: 0 },
  ...{ firstDelaySeconds: firstKeyWaitSeconds, maxDelaySeconds: maxKeyWaitSeconds },
  forgetAfterSeconds: keyTriesForgottenSeconds,
};

/**
 * The file key, by the key that the lender was shown last. Each try is counted before it is computed, one at a time of a
 * debt, and what is never computed is not; a right one ends the waits. Throws `gbs.no_key_yet` (409), `gbs.wrong_key` (422), `limit.exceeded` (429),
 * `cpu.busy` (503), and `gbs.evidence_damaged` (503) for a header that was changed.
 */
export async function openWithKey(
  deps: Pick<GbsDeps, "attempts" | "lenderKeys">,
  ctx: RequestContext,
  asked: {
    readonly debtId: Id;
    readonly header: StoredLenderHeader | undefined;
    readonly typed: string;
  },
): Promise<{
  readonly fileKey: Uint8Array;
  readonly key: string;
  readonly header: StoredLenderHeader;
}> {
  const { debtId, header, typed } = asked;
  if (header?.kind !== "passphrase") throw noKey(header);
  const key = deps.lenderKeys.readKey(typed);
  if (key === null) throw wrongKey("A key has 20 letters and digits.");
  const tries = [{ rule: keyTries, subject: debtId }];
  const fileKey = await deps.lenderKeys.open(header, key, () =>
    deps.attempts.require(ctx, tries, waitingToTry),
  );
  if (!fileKey) throw wrongKey("This is not the key that was shown last.");
  await deps.attempts.giveBack(ctx, tries);
  return { fileKey, key, header };
}

/** Throws `input.invalid` (422) for what may be a secret key of age: nobody needs it but its owner. */
export function refuseSecret(
  { lenderKeys }: Pick<GbsDeps, "lenderKeys">,
  path: string,
  text: string,
): void {
  if (lenderKeys.holdsSecret(text))
    throw invalidField(path, "This looks like a secret key of age: never send it to anybody.");
}

export const wrongKey = (detail: string): AppError =>
  gbsErrors.fail("wrong_key", detail, { fields: [{ path: "/key", detail }] });

export const noKey = (header: StoredLenderHeader | undefined): AppError =>
  gbsErrors.fail(
    "no_key_yet",
    header ? "It opens with the key of your own that you named." : "No key was shown yet.",
  );
