import { fractionDigits } from "#platform/kernel/decimal";
import { type Money, subtractMoney } from "#platform/kernel/money";
import type { LocalDate } from "#platform/kernel/time";
import type { DebtParty } from "../../contract.ts";
import type { DebtSnapshot } from "../debt-snapshot.ts";
import { documentLanguageOf } from "../documents/languages.ts";
import { reminderHour, reminderStages } from "../reminders.ts";
import { coverOf } from "../standing.ts";
import type { WordLanguage } from "../words/currency-words.ts";
import { calendarTexts } from "./calendar-texts.ts";

/** A day in a calendar. A program that has it already replaces it by one of the same uid and a higher sequence. */
export type CalendarDay = {
  readonly uid: string;
  readonly sequence: number;
  readonly day: LocalDate;
  readonly summary: string;
  readonly description: string;
  /** Seconds before the day begins at which its reader is reminded. */
  readonly alarmsBeforeSeconds: readonly number[];
};
export type PlanCalendar = { readonly name: string; readonly days: readonly CalendarDay[] };

const daySeconds = 86_400;
/** As mails remind of what is due: so many days before it, at nine o'clock. */
const alarms = reminderStages
  .filter(({ days }) => days < 0)
  .map(({ days }) => -days * daySeconds - reminderHour * 3_600);

/** The days on which something is still to be paid, in the language of whoever asks. Empty when there are none. */
export function planCalendar(
  debt: Pick<DebtSnapshot, "id" | "terms" | "termsVersion" | "paid" | "textHidden">,
  reader: { readonly party: DebtParty; readonly locale: string; readonly other: string },
): PlanCalendar {
  const { id, terms, termsVersion, textHidden } = debt;
  const language = documentLanguageOf(reader.locale);
  const texts = calendarTexts[language.slice(0, 2) as WordLanguage];
  const about = textHidden ? [] : [terms.description];
  const days = coverOf(terms.instalments, debt.paid).flatMap((instalment, index): CalendarDay[] => {
    const open = subtractMoney(instalment.amount, instalment.covered);
    if (/^0(\.0*)?$/.test(open.amount)) return [];
    const amount = writtenAmount(open, instalment.amount, language);
    return [
      {
        // By its place: an amendment moves what a calendar has already.
        uid: `${id}-${index + 1}@fintrack`,
        ...{ sequence: termsVersion, day: instalment.dueOn },
        summary: texts.due(reader.party, reader.other, amount),
        description: [
          ...[`${texts.number} ${index + 1}/${terms.instalments.length}`, ...about],
          texts.until(terms.timeZone),
        ].join("\n"),
        alarmsBeforeSeconds: alarms,
      },
    ];
  });
  return { name: texts.name, days };
}

/** With all decimals that amounts of the debt have. */
function writtenAmount({ amount, currency }: Money, like: Money, language: string): string {
  const digits = fractionDigits(like.amount);
  const format = new Intl.NumberFormat(language, {
    ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
  });
  // TypeScript's types are behind: text is taken as it is, not as a Number.
  return `${format.format(amount as unknown as number)} ${currency}`;
}
