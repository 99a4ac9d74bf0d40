import { defineErrors } from "#platform/kernel/errors";

export const gbsErrors = defineErrors("gbs", {
  debt_not_found: { kind: "not_found", title: "No such debt" },
  not_possible_now: { kind: "conflict", title: "Not possible now" },

  plan_limit_reached: { kind: "payment_required", title: "The plan does not include this" },
  too_many_open_offers: { kind: "limit", title: "Too many offers are open" },

  payment_not_found: { kind: "not_found", title: "No such payment" },
  payment_exceeds_outstanding: { kind: "conflict", title: "More than is outstanding" },
  amendment_not_found: { kind: "not_found", title: "No such amendment" },
  terms_no_longer_fit: { kind: "conflict", title: "The proposed terms no longer fit" },
  cancellation_not_found: { kind: "not_found", title: "No such proposal" },
  dispute_not_found: { kind: "not_found", title: "No such dispute" },

  transaction_not_found: { kind: "not_found", title: "No such transaction" },
  posting_link_not_found: { kind: "not_found", title: "No such link" },
  too_many_posting_links: { kind: "conflict", title: "Too many linked transactions" },
  document_not_found: { kind: "not_found", title: "No such document" },
  file_unavailable: { kind: "unavailable", title: "The file cannot be read at present" },

  evidence_not_found: { kind: "not_found", title: "No such evidence" },
  consent_outdated: { kind: "conflict", title: "The consent is to another text" },
  sentence_expired: { kind: "conflict", title: "The sentence is of another day" },
  upload_not_found: { kind: "not_found", title: "No such upload" },
  upload_diverged: { kind: "conflict", title: "These are other bytes than before" },
  upload_busy: { kind: "conflict", title: "Somebody else sends to this upload" },
  upload_ended: { kind: "conflict", title: "The upload has ended" },
  upload_offset_differs: { kind: "conflict", title: "The upload goes on elsewhere" },
  too_many_uploads: { kind: "limit", title: "Too many uploads are open" },
  not_a_video: { kind: "invalid", title: "Not a video" },
  evidence_damaged: { kind: "unavailable", title: "The stored recording is damaged" },
  evidence_destroyed: { kind: "conflict", title: "The recording is destroyed" },
  claimed_by_another: { kind: "conflict", title: "Another operator has it" },
  not_claimed: { kind: "conflict", title: "Claim it first" },
  playback_not_found: { kind: "not_found", title: "No such playback" },
  already_sealed: { kind: "conflict", title: "The recording is sealed" },
  no_key_yet: { kind: "conflict", title: "No key was revealed" },
  wrong_key: { kind: "invalid", title: "Not the key" },

  block_not_found: { kind: "not_found", title: "Nobody is blocked there" },
  already_blocked: { kind: "conflict", title: "The lender is blocked already" },
  already_reported: { kind: "conflict", title: "The offer is reported already" },
  abuse_report_not_found: { kind: "not_found", title: "No such report" },
  own_debt: { kind: "conflict", title: "Another administrator decides over one's own debts" },
  legal_hold_not_found: { kind: "not_found", title: "No such hold" },
  hold_exists: { kind: "conflict", title: "The debt has a hold already" },
});
