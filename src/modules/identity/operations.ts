import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps } from "./deps.ts";
import { changePassword } from "./use-cases/change-password.ts";
import { confirmSecondFactor } from "./use-cases/confirm-second-factor.ts";
import { getProfile } from "./use-cases/get-profile.ts";
import { listActivity } from "./use-cases/list-activity.ts";
import { listSessions } from "./use-cases/list-sessions.ts";
import { replaceRecoveryCodes } from "./use-cases/recovery-codes.ts";
import { redeemPasswordReset } from "./use-cases/redeem-password-reset.ts";
import { refreshSession } from "./use-cases/refresh-session.ts";
import { registrationRules } from "./use-cases/registration-rules.ts";
import { removeSecondFactor } from "./use-cases/remove-second-factor.ts";
import {
  changeRegistrationAddress,
  resendRegistrationCode,
} from "./use-cases/renew-registration.ts";
import { requestPasswordReset } from "./use-cases/request-password-reset.ts";
import { revokeOtherSessions, revokeSession, signOut } from "./use-cases/revoke-sessions.ts";
import { type SignInInput, signIn } from "./use-cases/sign-in.ts";
import { type StartRegistrationInput, startRegistration } from "./use-cases/start-registration.ts";
import { startSecondFactor } from "./use-cases/start-second-factor.ts";
import { stepUp } from "./use-cases/step-up.ts";
import { type UpdateProfileInput, updateProfile } from "./use-cases/update-profile.ts";
import {
  type VerifyRegistrationInput,
  verifyRegistration,
} from "./use-cases/verify-registration.ts";

export type IdentityOperations = ReturnType<typeof bindOperations>;

/** Every use-case with its deps: what the routes call. */
export const bindOperations = (deps: IdentityDeps) => ({
  registrationRules: (ctx: RequestContext) => registrationRules(deps, ctx),
  startRegistration: (ctx: RequestContext, input: StartRegistrationInput) =>
    startRegistration(deps, ctx, input),
  resendRegistrationCode: (
    ctx: RequestContext,
    input: Parameters<typeof resendRegistrationCode>[2],
  ) => resendRegistrationCode(deps, ctx, input),
  changeRegistrationAddress: (
    ctx: RequestContext,
    input: Parameters<typeof changeRegistrationAddress>[2],
  ) => changeRegistrationAddress(deps, ctx, input),
  verifyRegistration: (ctx: RequestContext, input: VerifyRegistrationInput) =>
    verifyRegistration(deps, ctx, input),
  signIn: (ctx: RequestContext, input: SignInInput) => signIn(deps, ctx, input),
  refreshSession: (ctx: RequestContext, input: Parameters<typeof refreshSession>[2]) =>
    refreshSession(deps, ctx, input),
  listSessions: (ctx: RequestContext, input: Parameters<typeof listSessions>[2]) =>
    listSessions(deps, ctx, input),
  signOut: (ctx: RequestContext) => signOut(deps, ctx),
  revokeSession: (ctx: RequestContext, input: Parameters<typeof revokeSession>[2]) =>
    revokeSession(deps, ctx, input),
  revokeOtherSessions: (ctx: RequestContext) => revokeOtherSessions(deps, ctx),
  publicKeys: () => deps.accessTokens.publicKeys(),
  listActivity: (ctx: RequestContext, input: Parameters<typeof listActivity>[2]) =>
    listActivity(deps, ctx, input),
  getProfile: (ctx: RequestContext) => getProfile(deps, ctx),
  updateProfile: (ctx: RequestContext, input: UpdateProfileInput) =>
    updateProfile(deps, ctx, input),
  startSecondFactor: (ctx: RequestContext) => startSecondFactor(deps, ctx),
  confirmSecondFactor: (ctx: RequestContext, input: Parameters<typeof confirmSecondFactor>[2]) =>
    confirmSecondFactor(deps, ctx, input),
  removeSecondFactor: (ctx: RequestContext) => removeSecondFactor(deps, ctx),
  replaceRecoveryCodes: (ctx: RequestContext) => replaceRecoveryCodes(deps, ctx),
  stepUp: (ctx: RequestContext, input: Parameters<typeof stepUp>[2]) => stepUp(deps, ctx, input),
  changePassword: (ctx: RequestContext, input: Parameters<typeof changePassword>[2]) =>
    changePassword(deps, ctx, input),
  requestPasswordReset: (ctx: RequestContext, input: Parameters<typeof requestPasswordReset>[2]) =>
    requestPasswordReset(deps, ctx, input),
  redeemPasswordReset: (ctx: RequestContext, input: Parameters<typeof redeemPasswordReset>[2]) =>
    redeemPasswordReset(deps, ctx, input),
});
