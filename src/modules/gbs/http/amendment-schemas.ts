import { t } from "elysia";
import { id, instant, oneOf, orNull, pageOf } from "#platform/http/schemas";
import { amendmentFields, reason, record, termsInput } from "./debt-schemas.ts";

export const amendmentBody = t.Object(
  { ...termsInput, reason },
  {
    description:
      "The terms as a whole, in the currency of the debt: at least what is paid and claimed, and nothing that is unpaid due before tomorrow.",
  },
);
export const amendmentParams = t.Object({
  id: id({ description: "Of the debt." }),
  amendmentId: id(),
});

export const amendmentsPage = pageOf(
  record({
    ...amendmentFields,
    state: oneOf(["open", "accepted", "declined", "withdrawn", "lapsed"], {
      description: "`lapsed`: the debt ended, or was declared in default, before the answer.",
      examples: ["open"],
    }),
    decidedAt: orNull(instant(), { description: "Null while open." }),
  }),
);
