import type { DebtParty } from "../../contract.ts";
import type { WordLanguage } from "../words/currency-words.ts";

export type CalendarTexts = {
  readonly name: string;
  /** What stands in the calendar on a due day. */
  due(party: DebtParty, other: string, amount: string): string;
  readonly number: string;
  /** Below it; `zone` is that in which the day ends. */
  until(zone: string): string;
};

export const calendarTexts: Readonly<Record<WordLanguage, CalendarTexts>> = {
  en: {
    name: "FinTrack: debt",
    due: (party, other, amount) =>
      party === "borrower" ? `Pay ${amount} to ${other}` : `${other} owes you ${amount}`,
    number: "Instalment",
    until: (zone) => `Due by the end of the day (${zone}). No interest, no late fee.`,
  },
  de: {
    name: "FinTrack: Schuld",
    due: (party, other, amount) =>
      party === "borrower" ? `${amount} an ${other} zahlen` : `${other} schuldet Ihnen ${amount}`,
    number: "Rate",
    until: (zone) => `Fällig bis zum Ende des Tages (${zone}). Keine Zinsen, keine Gebühren.`,
  },
  tr: {
    name: "FinTrack: borç",
    due: (party, other, amount) =>
      party === "borrower"
        ? `Ödeme: ${amount}, alacaklı ${other}`
        : `Alacak: ${amount}, borçlu ${other}`,
    number: "Taksit",
    until: (zone) => `Günün sonuna kadar (${zone}). Faiz ve gecikme ücreti yoktur.`,
  },
};
