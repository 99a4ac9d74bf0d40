import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import ICAL from "ical.js";
import { planCalendar } from "#modules/gbs/domain/calendar/plan-calendar";
import { writeCalendar } from "#modules/gbs/gateways/calendar-file";
import type { Id } from "#platform/kernel/ids";
import { parseInstant, parseLocalDate } from "#platform/kernel/time";
import { money } from "../../support/documents.ts";

const madeAt = parseInstant("2026-11-22T09:30:00Z");
const id = "01a2043b-44d9-7747-9bb1-fb12a1cb95e4" as Id;
type Asked = Parameters<typeof planCalendar>;
const calendarOf = (changes: Partial<Asked[0]> = {}, reader: Partial<Asked[1]> = {}) => {
  const debt = {
    ...{ id, termsVersion: 1, textHidden: false, paid: money("0.00", "EUR") },
    terms: {
      amount: money("1250.50", "EUR"),
      instalments: ["2026-12-20", "2027-01-20", "2028-02-29"].map((day, index) => ({
        dueOn: parseLocalDate(day),
        amount: money(index === 0 ? "1000.00" : "125.25", "EUR"),
      })),
      ...{ description: "Deposit, of the flat; both", timeZone: "Europe/Istanbul" },
    },
    ...changes,
  };
  const who = { party: "borrower", locale: "en-GB", other: "Ayşe Yılmaz", ...reader } as const;
  return writeCalendar(planCalendar(debt, who), madeAt);
};

/** As an independent program reads it. */
function read(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    return {
      ...{ uid: event.uid, sequence: event.sequence, summary: event.summary },
      ...{ description: event.description, isDay: event.startDate.isDate },
      start: event.startDate.toString(),
      days: event.duration.toSeconds() / 86_400,
      alarms: component
        .getAllSubcomponents("valarm")
        .map((alarm) => alarm.getFirstPropertyValue("trigger")?.toString()),
      stamp: component.getFirstPropertyValue("dtstamp")?.toString(),
    };
  });
}

describe("the calendar of a plan", () => {
  test("has a whole day for each instalment, with alarms 7, 3 and 1 days before at nine", () => {
    expect(read(calendarOf())).toEqual(
      ["2026-12-20", "2027-01-20", "2028-02-29"].map((start, index) => ({
        ...{ uid: `${id}-${index + 1}@fintrack`, sequence: 1, start, isDay: true, days: 1 },
        summary: `Pay ${index === 0 ? "1,000.00" : "125.25"} EUR to Ayşe Yılmaz`,
        description: `Instalment ${index + 1}/3\nDeposit, of the flat; both\nDue by the end of the day (Europe/Istanbul). No interest, no late fee.`,
        alarms: ["-P6DT15H", "-P2DT15H", "-PT15H"],
        stamp: "2026-11-22T09:30:00Z",
      })),
    );
  });

  test("says what is left of an instalment, and nothing of those that are paid", () => {
    const days = read(calendarOf({ paid: money("1025.25", "EUR") }));
    expect(days.map(({ uid, summary }) => [uid, summary])).toEqual([
      [`${id}-2@fintrack`, "Pay 100.00 EUR to Ayşe Yılmaz"],
      [`${id}-3@fintrack`, "Pay 125.25 EUR to Ayşe Yılmaz"],
    ]);
    expect(read(calendarOf({ paid: money("1250.50", "EUR") }))).toEqual([]);
  });

  test("speaks to whoever asks, in his language", () => {
    const first = (reader: Partial<Asked[1]>) => read(calendarOf({}, reader))[0]?.summary;
    expect(first({ party: "lender" })).toBe("Ayşe Yılmaz owes you 1,000.00 EUR");
    expect(first({ locale: "de-AT" })).toBe("1.000,00 EUR an Ayşe Yılmaz zahlen");
    expect(first({ locale: "tr" })).toBe("Ödeme: 1.000,00 EUR, alacaklı Ayşe Yılmaz");
    expect(first({ locale: "ja" })).toBe("Pay 1,000.00 EUR to Ayşe Yılmaz");
  });

  test("keeps its days' names through amendments, with a higher sequence", () => {
    const [before, after] = [read(calendarOf()), read(calendarOf({ termsVersion: 2 }))];
    expect(after.map(({ uid }) => uid)).toEqual(before.map(({ uid }) => uid));
    expect(after.every(({ sequence }) => sequence === 2)).toBe(true);
  });

  test("has no word of a description that is hidden", () => {
    expect(calendarOf({ textHidden: true })).not.toContain("Deposit");
  });

  test("is folded, ended and escaped as RFC 5545 has it, whatever people write", () => {
    const words = fc.oneof(
      fc.string({ unit: "binary", maxLength: 120 }),
      fc.constantFrom(
        "\r\nBEGIN:VEVENT\r\nUID:x\r\n",
        "a;b,c\\d\\n:e",
        "ş".repeat(300),
        "\n\r\u2028",
      ),
    );
    fc.assert(
      fc.property(words, (text) => {
        const file = calendarOf({}, { other: `A${text}` });
        const days = read(file);
        expect(days.map(({ uid }) => uid)).toEqual([1, 2, 3].map((at) => `${id}-${at}@fintrack`));
        for (const { alarms } of days) expect(alarms).toHaveLength(3);
        for (const line of file.split("\r\n")) {
          expect(line).not.toMatch(/[\r\n]/);
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        }
      }),
      { numRuns: 100 },
    );
  });
});
