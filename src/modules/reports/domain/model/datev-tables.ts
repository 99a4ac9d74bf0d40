import type { Cell, DocumentPart } from "#platform/documents/model";
import { signOf } from "#platform/kernel/decimal";
import type { DatevInput } from "../datev-bookings.ts";
import { type ModelFrame, shownMoney } from "./model-frame.ts";
import { tableParts } from "./table-parts.ts";

/** What the EXTF file does not have, and why. */
export function* datevTables(frame: ModelFrame, datev: DatevInput): Generator<DocumentPart> {
  if (datev.outcome === "too_many") return;
  const { columns, datevFaults, datevSubjects, facts, leftOutReasons, tables } = frame.texts;
  const { unmapped, leftOut, transit } = datev.plan;
  if (unmapped.length > 0)
    yield* tableParts(
      frame,
      {
        id: "unmapped",
        title: tables.unmapped,
        columns: [
          { id: "subject", title: columns.subject, kind: "text", width: 16 },
          { id: "name", title: columns.name, kind: "text", width: 30 },
          { id: "code", title: columns.code, kind: "text", width: 12 },
          { id: "fault", title: columns.fault, kind: "text", width: 22 },
          { id: "uses", title: columns.uses, kind: "number", width: 8 },
        ],
      },
      unmapped.map(({ subject, name, code, fault, uses }): Cell[] => [
        ...[datevSubjects[subject], name, code, datevFaults[fault], String(uses)],
      ]),
    );
  if (leftOut.length > 0)
    yield* tableParts(
      frame,
      {
        id: "leftOut",
        title: tables.leftOut,
        columns: [
          { id: "transactionId", title: columns.transactionId, kind: "text", width: 30 },
          { id: "reason", title: columns.reason, kind: "text", width: 30 },
          { id: "amount", title: columns.amount, kind: "money", width: 18 },
        ],
      },
      leftOut.map(({ transactionId, reason, amount }): Cell[] => [
        ...[transactionId, leftOutReasons[reason], amount],
      ]),
    );
  if (signOf(transit.amount) !== 0) {
    const value = shownMoney(frame, transit.amount, transit.currency);
    const fact = { id: "datevTransit", label: facts.datevTransit, kind: "money", value } as const;
    yield { part: "facts", facts: [fact] };
  }
}

export function datevNotes({ texts }: ModelFrame, datev: DatevInput | null): readonly string[] {
  const { notes } = texts;
  if (datev === null) return [];
  if (datev.outcome === "too_many") return [notes.datevTooMany(datev.limit)];
  const { bookings, transit } = datev.plan;
  return [
    notes.datev(bookings.length),
    ...(signOf(transit.amount) === 0 ? [] : [notes.datevTransit]),
  ];
}
