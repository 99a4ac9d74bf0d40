import { defineErrors } from "#platform/kernel/errors";

export const identityErrors = defineErrors("identity", {
  // Registration
  registration_not_found: { kind: "not_found", title: "No such registration" },
  code_wrong: { kind: "invalid", title: "Wrong or expired code" },
  address_taken: { kind: "conflict", title: "This address has an account" },
  resend_too_early: { kind: "limit", title: "A code was sent a moment ago" },
  codes_used_up: { kind: "conflict", title: "No more codes for this registration" },
  // Sessions
  credentials_wrong: { kind: "unauthenticated", title: "Address or password is wrong" },
  second_factor_required: { kind: "unauthenticated", title: "A second factor is needed" },
  second_factor_wrong: { kind: "unauthenticated", title: "Wrong or used code" },
  refresh_token_invalid: { kind: "unauthenticated", title: "Sign in again" },
  session_not_found: { kind: "not_found", title: "No such session" },
  // Password and second factor
  password_wrong: { kind: "invalid", title: "Wrong password" },
  reset_token_invalid: { kind: "gone", title: "This link is used or expired" },
  second_factor_exists: { kind: "conflict", title: "A second factor is set up" },
  second_factor_missing: { kind: "conflict", title: "No second factor is set up" },
  step_up_method: { kind: "invalid", title: "Prove it is you in another way" },
  // Administration
  user_not_found: { kind: "not_found", title: "No such user" },
  wrong_state: { kind: "conflict", title: "The account is not in that state" },
  own_account: { kind: "conflict", title: "Not on your own account" },
  last_admin: { kind: "conflict", title: "The last administrator stays" },
});
