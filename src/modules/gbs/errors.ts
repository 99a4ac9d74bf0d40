import { defineErrors } from "#platform/kernel/errors";

export const gbsErrors = defineErrors("gbs", {
  debt_not_found: { kind: "not_found", title: "No such debt" },
  not_possible_now: { kind: "conflict", title: "Not possible now" },
  version_changed: { kind: "precondition_failed", title: "Changed meanwhile" },

  plan_limit_reached: { kind: "payment_required", title: "The plan does not include this" },
  too_many_open_offers: { kind: "limit", title: "Too many offers are open" },
  due_day_passed: { kind: "conflict", title: "A due day of the offer has passed" },

  payment_not_found: { kind: "not_found", title: "No such payment" },
  payment_exceeds_outstanding: { kind: "conflict", title: "More than is outstanding" },
  too_many_open_payments: { kind: "conflict", title: "Too many payments are open" },
  amendment_not_found: { kind: "not_found", title: "No such amendment" },
  terms_no_longer_fit: { kind: "conflict", title: "The proposed terms no longer fit" },
  cancellation_not_found: { kind: "not_found", title: "No such proposal" },
  dispute_not_found: { kind: "not_found", title: "No such dispute" },

  transaction_not_found: { kind: "not_found", title: "No such transaction" },
  posting_link_not_found: { kind: "not_found", title: "No such link" },
  too_many_posting_links: { kind: "conflict", title: "Too many linked transactions" },
  document_not_found: { kind: "not_found", title: "No such document" },
  file_unavailable: { kind: "unavailable", title: "The file cannot be read at present" },
  block_not_found: { kind: "not_found", title: "Nobody is blocked there" },
});
