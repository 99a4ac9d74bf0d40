import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import type { Origin } from "../deps.ts";
import { identityErrors } from "../errors.ts";
import { codeWrong } from "./confirm-second-factor.ts";
import { issueTokens } from "./issue-tokens.ts";
import { ownSession } from "./own-user.ts";
import { reauthenticateSession } from "./reauthenticate-session.ts";
import { verifyOwnPassword } from "./verify-own-password.ts";
import { verifySecondFactor } from "./verify-second-factor.ts";

/** The refresh token stays as it is. */
export type SteppedUp = {
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  readonly expiresInSeconds: number;
};

type Proof = { readonly password?: string | undefined; readonly code?: string | undefined };

type Deps = Parameters<typeof verifyOwnPassword>[0] &
  Parameters<typeof verifySecondFactor>[0] &
  Parameters<typeof issueTokens>[0] &
  Parameters<typeof reauthenticateSession>[0];

/**
 * Proves anew who has this session: by the second factor where there is one, else by the password. Gives a token that
 * says so. Throws `input.invalid`, `identity.step_up_method`, `identity.password_wrong`, `identity.code_wrong` (422),
 * `identity.session_not_found` (404), `limit.exceeded` (429).
 */
export async function stepUp(
  deps: Deps,
  ctx: RequestContext,
  input: Proof & { readonly origin: Origin },
): Promise<SteppedUp> {
  const { userId, sessionId } = ownSession(ctx);
  if (sessionId === undefined)
    throw identityErrors.fail("session_not_found", "This token belongs to no session.");
  await prove(deps, ctx, { ...input, userId });
  const grant = await deps.db.transact(ctx, (tx) =>
    reauthenticateSession(deps, tx, { userId, sessionId }),
  );
  const { accessToken, tokenType, expiresInSeconds } = await issueTokens(deps, ctx, grant);
  return { accessToken, tokenType, expiresInSeconds };
}

async function prove(
  deps: Deps,
  ctx: RequestContext,
  input: Proof & Pick<Parameters<typeof verifySecondFactor>[2], "userId" | "origin">,
): Promise<void> {
  const { password, code, ...who } = input;
  if ((password === undefined) === (code === undefined))
    throw invalidField("/", "Must hold either password or code.");
  const factor = await deps.secondFactors.find(deps.db.read, who.userId);
  if (factor?.confirmedAt) {
    if (code === undefined) throw wrongMethod("code", "Prove your second factor instead.");
    if ((await verifySecondFactor(deps, ctx, { ...who, code })) === null) throw codeWrong();
    return;
  }
  if (password === undefined) throw wrongMethod("password", "Prove your password instead.");
  await verifyOwnPassword(deps, ctx, { ...who, password, path: "/password" });
}

const wrongMethod = (field: "password" | "code", detail: string) =>
  identityErrors.fail("step_up_method", detail, {
    fields: [{ path: `/${field}`, detail: "Is what this account proves itself with." }],
    meta: { method: field },
  });
