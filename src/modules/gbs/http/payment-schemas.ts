import { t } from "elysia";
import { cursor, id, localDate, money, pageLimit, pageOf } from "#platform/http/schemas";
import { payment, reason, reference } from "./debt-schemas.ts";

export const ofDebtQuery = t.Object({ limit: pageLimit, cursor });

export const claimBody = t.Object({
  amount: money({
    description: "In the currency of the debt; at most what is outstanding and not claimed yet.",
  }),
  paidOn: localDate({
    description: "From the day of the agreement to today, wherever it is that day.",
  }),
  reference,
});
export const paymentParams = t.Object({
  id: id({ description: "Of the debt." }),
  paymentId: id(),
});
export const reasonBody = t.Object({ reason });
export const paymentsPage = pageOf(payment);
