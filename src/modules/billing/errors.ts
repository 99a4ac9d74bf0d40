import { defineErrors } from "#platform/kernel/errors";

export const billingErrors = defineErrors("billing", {
  user_not_found: { kind: "not_found", title: "No such user" },
  own_account: { kind: "conflict", title: "Not to oneself" },
  too_many_grants: { kind: "conflict", title: "Too many grants at a time" },
  nothing_granted: { kind: "conflict", title: "No grant is active" },
});
