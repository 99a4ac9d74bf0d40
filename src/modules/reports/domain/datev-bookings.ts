import { addDecimals } from "#platform/kernel/decimal";
import type { Unmapped } from "./account-codes.ts";
import { type BookingPlan, planBookings } from "./booking-plan.ts";
import { maxBookings } from "./extf.ts";
import type { BookableTransaction } from "./movements.ts";

type Sources = Parameters<typeof planBookings>[1];

/** What an EXTF file is made of; one that would have too many bookings is not planned to its end. */
export type DatevInput =
  | { readonly outcome: "planned"; readonly plan: BookingPlan }
  | { readonly outcome: "too_many"; readonly limit: number };

/** Plans the bookings of transactions that come some at a time, in their order. */
export function createDatevBookings(sources: Sources) {
  let plan = planBookings([], sources);
  let isTooMany = false;
  return {
    add(transactions: readonly BookableTransaction[]): void {
      if (isTooMany) return;
      const more = planBookings(transactions, sources);
      isTooMany = plan.bookings.length + more.bookings.length > maxBookings;
      plan = isTooMany ? planBookings([], sources) : joined(plan, more);
    },
    result: (): DatevInput =>
      isTooMany ? { outcome: "too_many", limit: maxBookings } : { outcome: "planned", plan },
  };
}

function joined(before: BookingPlan, more: BookingPlan): BookingPlan {
  const { amount, currency } = before.transit;
  return {
    bookings: [...before.bookings, ...more.bookings],
    unmapped: joinedUses([...before.unmapped, ...more.unmapped]),
    leftOut: [...before.leftOut, ...more.leftOut],
    transit: { amount: addDecimals(amount, more.transit.amount), currency },
  };
}

function joinedUses(unmapped: readonly Unmapped[]): readonly Unmapped[] {
  const byParty = new Map<string, Unmapped>();
  for (const one of unmapped) {
    const key = `${one.subject} ${one.id}`;
    byParty.set(key, { ...one, uses: (byParty.get(key)?.uses ?? 0) + one.uses });
  }
  return [...byParty.values()];
}
