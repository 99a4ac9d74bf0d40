import { AppError } from "#platform/kernel/errors";
import type { Metrics } from "#platform/observability/metrics";
import type { IdentityOperations } from "./operations.ts";

/** The operations, counting who comes: an operation has committed when it answers. */
export function meterIdentity(
  metrics: Metrics,
  operations: IdentityOperations,
): IdentityOperations {
  const registrations = metrics.counter({
    name: "fintrack_registrations_total",
    help: "Registrations begun, and completed by the code from the mail.",
    labels: ["step"],
  });
  const signIns = metrics.counter({
    name: "fintrack_sign_ins_total",
    help: "Sign-ins by password; outcome ok or the code of the refusal.",
    labels: ["outcome"],
  });
  return {
    ...operations,
    async startRegistration(ctx, input) {
      const answer = await operations.startRegistration(ctx, input);
      registrations.increment({ step: "begun" });
      return answer;
    },
    async verifyRegistration(ctx, input) {
      const answer = await operations.verifyRegistration(ctx, input);
      registrations.increment({ step: "completed" });
      return answer;
    },
    async signIn(ctx, input) {
      const outcome = await operations.signIn(ctx, input).then(
        (answer) => ({ answer }),
        (error: unknown) => ({ error }),
      );
      if ("answer" in outcome) {
        signIns.increment({ outcome: "ok" });
        return outcome.answer;
      }
      const { error } = outcome;
      signIns.increment({ outcome: error instanceof AppError ? error.code : "failed" });
      throw error;
    },
  };
}
