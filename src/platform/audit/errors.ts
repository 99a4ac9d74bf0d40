import { defineErrors } from "../kernel/errors.ts";

export const auditErrors = defineErrors("audit", {
  unavailable: { kind: "unavailable", title: "Audit trail unavailable" },
  verification_running: { kind: "conflict", title: "Being verified already" },
});
