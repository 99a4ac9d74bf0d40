import { t } from "elysia";
import { id } from "#platform/http/schemas";

export const cancellationParams = t.Object({
  id: id({ description: "Of the debt." }),
  cancellationId: id(),
});
export const disputeParams = t.Object({
  id: id({ description: "Of the debt." }),
  disputeId: id(),
});
