import type { RequestContext } from "#platform/kernel/context";
import type { IdentityDeps } from "./deps.ts";
import { changePassword } from "./use-cases/change-password.ts";
import { confirmSecondFactor } from "./use-cases/confirm-second-factor.ts";
import { getProfile } from "./use-cases/get-profile.ts";
import { replaceRecoveryCodes } from "./use-cases/recovery-codes.ts";
import { redeemPasswordReset } from "./use-cases/redeem-password-reset.ts";
import { registrationRules } from "./use-cases/registration-rules.ts";
import { removeSecondFactor } from "./use-cases/remove-second-factor.ts";
import {
  changeRegistrationAddress,
  resendRegistrationCode,
} from "./use-cases/renew-registration.ts";
import { requestPasswordReset } from "./use-cases/request-password-reset.ts";
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
