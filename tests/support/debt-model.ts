import type { DebtParty, DebtState } from "#modules/gbs/contract";

/** What somebody may try to do to a debt; amounts in cents, `pick` chooses among what there is or was. */
export type Attempt =
  | { readonly verb: "withdraw" | "accept" | "decline" | "default" | "dispute" | "undispute" }
  | { readonly verb: "claim"; readonly cents: number }
  | { readonly verb: "confirm" | "contest" | "unclaim"; readonly pick: number }
  | { readonly verb: "amend"; readonly cents: number; readonly days: number }
  | { readonly verb: "agree" | "refuse" | "unamend" | "cancel" }
  | { readonly verb: "part" | "stay" | "uncancel" };

type ModelPayment = {
  id: string;
  cents: number;
  state: "claimed" | "confirmed" | "contested" | "withdrawn";
};
type Due = { readonly day: string; readonly cents: number };
type Proposed<T> = { id: string; readonly by: DebtParty } & T;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const offerMs = 14 * dayMs;
/** Istanbul is three hours before UTC all the year: its days end at nine in the evening of UTC. */
const endOf = (day: string) => Date.parse(`${day}T21:00:00.000Z`);

/** A debt in plain words, with whole cents: what the application must do, said once more and otherwise. */
export function debtModel(offered: { readonly at: string; readonly dues: readonly Due[] }) {
  const offeredAt = Date.parse(offered.at);
  let base: "offered" | "running" | Exclude<DebtState, "offered" | "active" | "overdue"> =
    "offered";
  let dues = offered.dues;
  let termsVersion = 1;
  let nowMs = offeredAt;
  const payments: ModelPayment[] = [];
  let amendment: Proposed<{ readonly dues: readonly Due[] }> | null = null;
  let cancellation: Proposed<object> | null = null;
  let dispute: string | null = null;
  /** The newest of each, answered or not: what the next request names. */
  const known = { amendment: "", cancellation: "", dispute: "" };

  const total = () => sum(dues.map(({ cents }) => cents));
  const of = (state: ModelPayment["state"]) =>
    sum(payments.filter((payment) => payment.state === state).map(({ cents }) => cents));
  const paid = () => of("confirmed");
  const claimed = () => of("claimed");
  const isOpen = ({ state }: ModelPayment) => state === "claimed" || state === "contested";

  function firstUnpaid(plan: readonly Due[]): Due | undefined {
    let left = paid();
    return plan.find(({ cents }) => {
      left -= cents;
      return left < 0;
    });
  }
  const isLate = () => {
    const first = firstUnpaid(dues);
    return first !== undefined && nowMs >= endOf(first.day);
  };
  const state = (): DebtState => (base === "running" ? (isLate() ? "overdue" : "active") : base);
  const binds = () => base === "running" || base === "defaulted";
  const today = () => new Date(nowMs + 3 * hourMs).toISOString().slice(0, 10);
  const allAhead = (plan: readonly Due[]) => {
    const first = firstUnpaid(plan);
    return first === undefined || first.day > today();
  };

  function settleOrLapse(): void {
    if (binds() && paid() === total()) base = "settled";
    if (base !== "running") amendment = null;
    if (!binds()) cancellation = null;
  }

  /** What the answer's status must be; what changes, changes here, but for ids, which the answer gives. */
  function attempt(party: DebtParty, asked: Attempt): number {
    const lends = party === "lender";
    const refused = 409;
    switch (asked.verb) {
      case "withdraw":
        return lends && base === "offered" ? end("withdrawn") : refused;
      case "decline":
        return !lends && base === "offered" ? end("declined") : refused;
      case "accept":
        if (lends || base !== "offered" || isLate()) return refused;
        return end("running");
      case "claim":
        if (lends || !binds() || payments.filter(isOpen).length >= 20) return refused;
        if (asked.cents > total() - paid() - claimed()) return refused;
        payments.push({ id: "", cents: asked.cents, state: "claimed" });
        return 201;
      case "confirm":
      case "contest":
      case "unclaim":
        return decide(lends, asked.verb, asked.pick);
      case "amend": {
        if (base !== "running" || amendment) return refused;
        if (asked.cents < paid() + claimed()) return 422;
        const day = dayAfter(today(), asked.days);
        amendment = { id: "", by: party, dues: [{ day, cents: asked.cents }] };
        return 201;
      }
      case "agree":
        if (known.amendment === "") return 404;
        if (!amendment || amendment.by === party || known.amendment !== amendment.id)
          return refused;
        if (sum(amendment.dues.map(({ cents }) => cents)) < paid() + claimed()) return refused;
        if (!allAhead(amendment.dues)) return refused;
        dues = amendment.dues;
        amendment = null;
        termsVersion += 1;
        settleOrLapse();
        return 200;
      case "refuse":
      case "unamend":
        if (known.amendment === "") return 404;
        if (!amendment || (amendment.by === party) !== (asked.verb === "unamend")) return refused;
        amendment = null;
        return 200;
      case "cancel":
        if (!binds() || cancellation) return refused;
        cancellation = { id: "", by: party };
        return 201;
      case "part":
        if (known.cancellation === "") return 404;
        if (!cancellation || cancellation.by === party) return refused;
        return end("cancelled");
      case "stay":
      case "uncancel":
        if (known.cancellation === "") return 404;
        if (!cancellation || (cancellation.by === party) !== (asked.verb === "uncancel"))
          return refused;
        cancellation = null;
        return 200;
      case "dispute":
        if (lends || !binds() || dispute !== null) return refused;
        dispute = "";
        return 201;
      case "undispute":
        if (known.dispute === "") return 404;
        if (lends || dispute === null) return refused;
        dispute = null;
        return 200;
      case "default": {
        const first = firstUnpaid(dues);
        if (!lends || state() !== "overdue" || !first) return refused;
        return nowMs >= endOf(first.day) + dayMs ? end("defaulted") : refused;
      }
    }
  }

  function end(next: typeof base): number {
    base = next;
    settleOrLapse();
    return 200;
  }

  function decide(lends: boolean, verb: "confirm" | "contest" | "unclaim", pick: number): number {
    const payment = payments.at(pick % Math.max(1, payments.length));
    if (!payment) return 404;
    if (lends === (verb === "unclaim") || !binds() || !isOpen(payment)) return 409;
    if (verb === "contest" && payment.state === "contested") return 409;
    const room = total() - paid() - claimed();
    if (verb === "confirm" && payment.state === "contested" && payment.cents > room) return 409;
    payment.state =
      verb === "confirm" ? "confirmed" : verb === "contest" ? "contested" : "withdrawn";
    settleOrLapse();
    return 200;
  }

  return {
    attempt,
    /** Time passes; of an offer that nobody has answered, nothing is left after its fourteen days. */
    timeIs(at: string): void {
      nowMs = Date.parse(at);
      if (base === "offered" && nowMs >= offeredAt + offerMs) base = "expired";
    },
    paymentId: (pick: number) => payments.at(pick % Math.max(1, payments.length))?.id,
    known,
    /** Ids of what was just made. */
    learn(made: {
      readonly openPayments: readonly { readonly id: string }[];
      readonly openAmendment: { readonly id: string } | null;
      readonly openCancellation: { readonly id: string } | null;
      readonly openDispute: { readonly id: string } | null;
    }): void {
      for (const payment of payments)
        if (payment.id === "") payment.id = made.openPayments.at(-1)?.id ?? "";
      if (amendment) known.amendment = amendment.id = made.openAmendment?.id ?? "";
      if (cancellation) known.cancellation = cancellation.id = made.openCancellation?.id ?? "";
      if (dispute !== null) known.dispute = made.openDispute?.id ?? "";
    },
    today,
    dayAfter: (days: number) => dayAfter(today(), days),
    /** As the application is to show it. */
    view: () => ({
      state: state(),
      termsVersion,
      paid: written(paid()),
      claimed: written(claimed()),
      outstanding: written(total() - paid()),
      openPayments: payments.filter(isOpen).length,
      openAmendment: amendment?.by ?? null,
      openCancellation: cancellation?.by ?? null,
      isDisputed: dispute !== null,
    }),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
export const written = (cents: number): string => (cents / 100).toFixed(2);
const dayAfter = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T12:00:00.000Z`) + days * dayMs).toISOString().slice(0, 10);
