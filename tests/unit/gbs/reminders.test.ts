import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ReminderMark } from "#modules/gbs/domain/debt-snapshot";
import {
  nextReminderAt,
  type Reminded,
  reminderStages,
  remindersDue,
} from "#modules/gbs/domain/reminders";
import { addDays, addSeconds, type Instant, type LocalDate } from "#platform/kernel/time";
import { dayIn, startOfDayIn } from "#platform/kernel/zone-day";

const day = (text: string) => text as LocalDate;
const at = (text: string) => text as Instant;
const istanbul = "Europe/Istanbul";

/** A debt whose instalments stand at `now` as they do when only the first `paid` ones are covered. */
function debtAt(
  now: Instant,
  options: {
    readonly dueOn: readonly LocalDate[];
    readonly paid?: number;
    readonly timeZone?: string;
    readonly zones?: Reminded["zones"];
    readonly since?: Instant;
    readonly sent?: readonly ReminderMark[];
  },
): Reminded {
  const { dueOn, paid = 0, timeZone = istanbul, sent = [] } = options;
  const { zones = { borrower: istanbul, lender: istanbul } } = options;
  return {
    ...{ timeZone, zones, sent, since: options.since ?? at("2000-01-01T00:00:00.000Z") },
    instalments: dueOn.map((each, index) => ({
      dueOn: each,
      state:
        index < paid
          ? "paid"
          : startOfDayIn(timeZone, addDays(each, 1)) <= now
            ? "overdue"
            : "upcoming",
    })),
  };
}
const stagesAt = (now: string, options: Parameters<typeof debtAt>[1]) =>
  remindersDue(debtAt(at(now), options), at(now)).map(({ stage }) => stage);
const dueOn = [day("2026-12-20")];

describe("a reminder", () => {
  test("comes at nine o'clock of whoever is reminded, to the minute", () => {
    expect(stagesAt("2026-12-13T05:59:59.999Z", { dueOn })).toEqual([]);
    expect(stagesAt("2026-12-13T06:00:00.000Z", { dueOn })).toEqual(["before_7"]);
    const zones = { borrower: "America/New_York", lender: istanbul };
    expect(stagesAt("2026-12-13T13:59:59.999Z", { dueOn, zones })).toEqual([]);
    expect(stagesAt("2026-12-13T14:00:00.000Z", { dueOn, zones })).toEqual(["before_7"]);
  });

  test("of what is due goes to the borrower, of what is overdue to both", () => {
    const on = (now: string) => remindersDue(debtAt(at(now), { dueOn }), at(now));
    expect(on("2026-12-19T06:00:00.000Z")).toEqual([
      { dueOn: day("2026-12-20"), stage: "before_1", party: "borrower" },
    ]);
    expect(on("2026-12-21T06:00:00.000Z")).toEqual([
      { dueOn: day("2026-12-20"), stage: "after_1", party: "borrower" },
      { dueOn: day("2026-12-20"), stage: "lender_after_1", party: "lender" },
    ]);
  });

  test("is sent once", () => {
    const sent = [{ dueOn: day("2026-12-20"), stage: "before_7" }] as const;
    expect(stagesAt("2026-12-13T06:00:00.000Z", { dueOn, sent })).toEqual([]);
    expect(stagesAt("2026-12-16T23:00:00.000Z", { dueOn, sent })).toEqual([]);
  });

  test("that was missed is made up for until a later one has come", () => {
    expect(stagesAt("2026-12-16T20:00:00.000Z", { dueOn })).toEqual(["before_7"]);
    expect(stagesAt("2026-12-17T06:00:00.000Z", { dueOn })).toEqual(["before_3"]);
    expect(stagesAt("2026-12-20T12:00:00.000Z", { dueOn })).toEqual(["before_1"]);
    expect(stagesAt("2027-03-01T12:00:00.000Z", { dueOn })).toEqual(["after_7", "lender_after_7"]);
    const sent = [{ dueOn: day("2026-12-20"), stage: "after_7" }] as const;
    expect(stagesAt("2027-03-01T12:00:00.000Z", { dueOn, sent })).toEqual(["lender_after_7"]);
  });

  test("of a day to come is not sent any more when the day is over", () => {
    expect(stagesAt("2026-12-20T20:59:59.999Z", { dueOn })).toEqual(["before_1"]);
    expect(stagesAt("2026-12-20T21:00:00.000Z", { dueOn })).toEqual([]);
  });

  test("that a day has passed waits until it is over where the terms have it", () => {
    const options = {
      ...{ dueOn, timeZone: "America/Los_Angeles" },
      zones: { borrower: "Pacific/Auckland", lender: "Pacific/Auckland" },
    };
    const sent = [{ dueOn: day("2026-12-20"), stage: "before_1" }] as const;
    // Nine o'clock on the 21st in Auckland is the middle of the 20th in Los Angeles.
    expect(stagesAt("2026-12-20T21:00:00.000Z", { ...options, sent })).toEqual([]);
    expect(stagesAt("2026-12-21T08:00:00.000Z", { ...options, sent })).toHaveLength(2);
    const now = at("2026-12-20T21:00:00.000Z");
    expect(nextReminderAt(debtAt(now, { ...options, sent }), now)).toBe(
      at("2026-12-21T08:00:00.000Z"),
    );
  });

  test("is not sent of what came before the debt was binding", () => {
    const since = at("2026-12-18T12:00:00.000Z");
    expect(stagesAt("2026-12-18T12:00:00.000Z", { dueOn, since })).toEqual([]);
    expect(stagesAt("2026-12-19T06:00:00.000Z", { dueOn, since })).toEqual(["before_1"]);
  });

  test("is not sent of an instalment that is covered", () => {
    const plan = [day("2026-12-20"), day("2026-12-21")];
    const marks = remindersDue(
      debtAt(at("2026-12-19T06:00:00.000Z"), { dueOn: plan, paid: 1 }),
      at("2026-12-19T06:00:00.000Z"),
    );
    expect(marks.map(({ dueOn: on }) => on)).toEqual([day("2026-12-21")]);
  });

  test("comes at nine on days on which clocks change", () => {
    const berlin = { borrower: "Europe/Berlin", lender: "Europe/Berlin" };
    const options = { timeZone: "Europe/Berlin", zones: berlin };
    // The nights to 29 March and to 25 October 2026.
    expect(
      nextReminderAt(
        debtAt(at("2026-03-28T12:00:00.000Z"), { ...options, dueOn: [day("2026-03-30")] }),
        at("2026-03-28T12:00:00.000Z"),
      ),
    ).toBe(at("2026-03-29T07:00:00.000Z"));
    expect(
      nextReminderAt(
        debtAt(at("2026-10-24T12:00:00.000Z"), { ...options, dueOn: [day("2026-10-26")] }),
        at("2026-10-24T12:00:00.000Z"),
      ),
    ).toBe(at("2026-10-25T08:00:00.000Z"));
  });
});

const zoneNames = [
  ...["UTC", istanbul, "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata"],
  ...["Pacific/Auckland", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Australia/Lord_Howe"],
  ...["Africa/Casablanca", "Antarctica/Troll", "America/Havana"],
];
const zone = fc.constantFrom(...zoneNames);
const plans = fc
  .uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 5 })
  .map((offsets) =>
    offsets.toSorted((a, b) => a - b).map((days) => addDays(day("2026-02-20"), days)),
  );

describe("for all plans and zones", () => {
  test("whoever wakes when he is told to reminds of every stage once, at nine, in order", () => {
    fc.assert(
      fc.property(plans, zone, zone, zone, (plan, timeZone, borrower, lender) => {
        const zones = { borrower, lender };
        const sent: ReminderMark[] = [];
        let now = at("2026-02-01T00:00:00.000Z");
        for (let wakes = 0; ; wakes += 1) {
          const state = debtAt(now, { dueOn: plan, timeZone, zones, sent });
          for (const { dueOn: on, stage, party } of remindersDue(state, now)) {
            const rule = reminderStages.find((each) => each.stage === stage);
            expect(rule?.party).toBe(party);
            const local = new Date(now).toLocaleString("sv-SE", { timeZone: zones[party] });
            const isLate = startOfDayIn(timeZone, addDays(on, 1)) === now;
            if (!isLate) expect(local).toBe(`${addDays(on, rule?.days ?? 0)} 09:00:00`);
            sent.push({ dueOn: on, stage });
          }
          const after = debtAt(now, { dueOn: plan, timeZone, zones, sent });
          expect(remindersDue(after, now)).toEqual([]);
          const next = nextReminderAt(after, now);
          if (next === null) break;
          expect(next > now).toBe(true);
          expect(wakes).toBeLessThan(plan.length * reminderStages.length + 1);
          now = next;
        }
        expect(sent).toHaveLength(plan.length * reminderStages.length);
        expect(new Set(sent.map(({ dueOn: on, stage }) => `${on} ${stage}`)).size).toBe(
          sent.length,
        );
      }),
      { numRuns: 40 },
    );
  });

  test("whoever wakes at any times reminds of no stage twice, and of none out of its time", () => {
    const gaps = fc.array(fc.integer({ min: 60, max: 9 * 86_400 }), { maxLength: 60 });
    fc.assert(
      fc.property(plans, zone, zone, gaps, (plan, timeZone, other, seconds) => {
        const zones = { borrower: other, lender: timeZone };
        const sent: ReminderMark[] = [];
        let now = at("2026-02-01T00:00:00.000Z");
        for (const gap of seconds) {
          now = addSeconds(now, gap);
          for (const { dueOn: on, stage, party } of remindersDue(
            debtAt(now, { dueOn: plan, timeZone, zones, sent }),
            now,
          )) {
            expect(sent).not.toContainEqual({ dueOn: on, stage });
            const days = reminderStages.find((each) => each.stage === stage)?.days ?? 0;
            expect(addDays(on, days) <= dayIn(zones[party], now)).toBe(true);
            if (days < 0) expect(now < startOfDayIn(timeZone, addDays(on, 1))).toBe(true);
            if (days > 0) expect(now >= startOfDayIn(timeZone, addDays(on, 1))).toBe(true);
            sent.push({ dueOn: on, stage });
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
