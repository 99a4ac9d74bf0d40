import type { Cell, DocumentPart, Fact } from "#platform/documents/model";
import { signOf } from "#platform/kernel/decimal";
import type { Money } from "#platform/kernel/money";
import { conversionCells, conversionColumns, createDayRates } from "./day-rates.ts";
import type { Account, AccountBalance, NetWorth, NetWorthPoint } from "./ledger-figures.ts";
import type { ModelFrame } from "./model-frame.ts";
import { roundingOf } from "./rounding.ts";
import { tableParts } from "./table-parts.ts";
import { negated } from "./transaction-lines.ts";
import type { Unconverted } from "./unconverted-table.ts";

/** What there was at the end. */
export function netWorthFacts({ texts }: ModelFrame, point: NetWorthPoint): Fact[] {
  const { facts: labels } = texts;
  return [
    { id: "assets", label: labels.assets, kind: "money", value: point.assets },
    {
      ...{ id: "liabilities", label: labels.liabilities, kind: "money" },
      value: negated(point.liabilities),
    },
    { id: "netWorth", label: labels.netWorth, kind: "money", value: point.net },
  ];
}

/** Not added up: each row is the whole of another day. */
export function* netWorthTable(frame: ModelFrame, worth: NetWorth): Generator<DocumentPart> {
  const { columns, tables } = frame.texts;
  const { currency } = frame.plan;
  yield* tableParts(
    frame,
    {
      id: "netWorth",
      title: tables.netWorth,
      columns: [
        { id: "date", title: columns.date, kind: "date", width: 12 },
        { id: "assets", title: columns.assets, kind: "money", currency, width: 18 },
        { id: "liabilities", title: columns.liabilities, kind: "money", currency, width: 18 },
        {
          ...{ id: "netWorth", title: columns.netWorth, kind: "money", currency, width: 18 },
          sumOf: ["assets", "liabilities"],
        },
      ],
    },
    worth.items.map(({ on, assets, liabilities, net }) => [
      ...[on, assets, negated(liabilities), net],
    ]),
  );
}

/** Account by account on one day, in its own currency and converted. */
export function* balancesTable(
  frame: ModelFrame,
  accounts: readonly Pick<Account, "id" | "name" | "kind" | "externalCode">[],
  balances: readonly AccountBalance[],
  point: NetWorthPoint,
): Generator<DocumentPart> {
  const { accountKinds, columns, rounding, tables } = frame.texts;
  const rates = createDayRates(point.rates);
  const held = new Map(balances.map(({ accountId, balance }) => [accountId, balance]));
  const rows: Cell[][] = [];
  const converted: (Money | null)[] = [];
  for (const { id, name, kind, externalCode } of accounts) {
    const balance = held.get(id);
    if (!balance || signOf(balance.amount) === 0) continue;
    const cells = conversionCells(frame, rates, point.on, balance);
    const [money] = cells;
    converted.push(typeof money === "object" ? (money ?? null) : null);
    rows.push([name, accountKinds[kind], externalCode, balance, ...cells]);
  }
  const left = roundingOf(frame, point.net.amount, converted);
  if (left) rows.push([rounding, null, null, null, left, null, null, null]);
  const isForeign = balances.some(
    ({ balance }) => balance.currency !== frame.plan.currency && signOf(balance.amount) !== 0,
  );
  yield* tableParts(
    frame,
    {
      id: "balances",
      title: tables.balances,
      columns: [
        { id: "account", title: columns.account, kind: "text", width: 26 },
        { id: "accountKind", title: columns.accountKind, kind: "text", width: 16 },
        {
          id: "accountCode",
          title: columns.accountCode,
          kind: "text",
          width: 10,
          forPrograms: true,
        },
        { id: "balance", title: columns.balance, kind: "money", width: 18 },
        ...conversionColumns(frame, isForeign),
      ],
    },
    rows,
    ["balance", "converted"],
  );
}

/** What of each day is in no figure of it. */
export const unconvertedWorth = ({ texts }: ModelFrame, worth: NetWorth): Unconverted[] =>
  worth.items.flatMap(({ on, unconverted }) =>
    unconverted
      .filter(({ amount }) => signOf(amount) !== 0)
      .map((amount) => ({ label: texts.columns.netWorth, amount, on })),
  );
