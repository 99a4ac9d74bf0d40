import { defineErrors } from "#platform/kernel/errors";

export const currencyErrors = defineErrors("currency", {
  not_found: { kind: "not_found", title: "No such currency" },
  rate_not_found: { kind: "not_found", title: "No exchange rate" },
});
