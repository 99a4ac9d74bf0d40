/**
 * The money of a household in Berlin with one foot in İzmir, month by month: the same figures for the same last month.
 * Accounts and categories by name; amounts in whole cents.
 */
export type Purse = "giro" | "card" | "lira" | "dollars";

export type Entry = {
  readonly date: string;
  readonly from: Purse;
  readonly cents: number;
  readonly payee: string;
  readonly note?: string;
  readonly tags?: readonly string[];
  readonly documentNumber?: string;
  readonly taxRate?: string;
} & (
  | { readonly kind: "income" | "expense"; readonly category: string }
  | { readonly kind: "expense"; readonly parts: readonly (readonly [category: string, number])[] }
  | { readonly kind: "transfer"; readonly to: Purse; readonly toCents?: number }
);

export const purses: Readonly<
  Record<
    Purse,
    {
      readonly name: string;
      readonly kind: string;
      readonly currency: string;
      readonly opening: string;
    }
  >
> = {
  giro: { name: "Girokonto", kind: "checking", currency: "EUR", opening: "2480.50" },
  card: { name: "Credit card", kind: "credit_card", currency: "EUR", opening: "-182.40" },
  lira: { name: "Ziraat", kind: "checking", currency: "TRY", opening: "18500.00" },
  dollars: { name: "Dollar savings", kind: "savings", currency: "USD", opening: "1500.00" },
};

export const budgets = [
  {
    name: "Groceries",
    categories: ["Groceries"],
    period: "monthly",
    amount: "420.00",
    rollover: "surplus",
  },
  {
    name: "Eating out",
    categories: ["Eating out"],
    period: "monthly",
    amount: "90.00",
    rollover: "both",
  },
  { name: "Travel", categories: ["Travel"], period: "yearly", amount: "1800.00", rollover: "none" },
] as const;

const shops = ["Rewe", "Edeka", "Lidl", "Markthalle Neun"];
const tables = ["Mustafa's", "Café Kotti", "Adana Grillhaus"];

/** `first` = the first month, "2025-10"; `last` = the last day that may have entries. */
export function entriesOf(first: string, months: number, last: string): Entry[] {
  return Array.from({ length: months }, (_, index) =>
    entriesOfMonth(monthAfter(first, index), index),
  )
    .flat()
    .filter(({ date }) => date <= last);
}

function entriesOfMonth(month: string, index: number): Entry[] {
  const on = (day: number) => `${month}-${String(day).padStart(2, "0")}`;
  /** Looks like life, and is the same every time. */
  const vary = (from: number, to: number, salt: number) =>
    from + ((index * 7919 + salt * 104_729) % (to - from + 1));
  const groceries = [4, 12, 21].map((day, trip): Entry => {
    const food = vary(6_500, 13_800, trip + 1);
    const shop = shops[(index + trip) % shops.length] ?? "Rewe";
    const common = { date: on(day), from: "card", payee: shop, kind: "expense" } as const;
    const other = vary(800, 2_900, trip + 11);
    return trip === 1
      ? {
          ...common,
          cents: food + other,
          parts: [
            ["Groceries", food],
            ["Household goods", other],
          ],
        }
      : { ...common, cents: food, category: "Groceries" };
  });
  const dinner = vary(2_200, 6_400, 5);
  const onCard = groceries.reduce((sum, { cents }) => sum + cents, dinner);
  // What a euro brought: more lira every month.
  const sent = 20_000;
  const lira = Math.round((sent * (4_400 + index * 85)) / 100);

  return [
    {
      date: on(1),
      kind: "expense",
      from: "giro",
      cents: 118_000,
      payee: "Hausverwaltung Lindner",
      category: "Rent",
      note: "Rent and heating",
    },
    {
      date: on(3),
      kind: "expense",
      from: "giro",
      cents: 3_999,
      payee: "Telekom",
      category: "Internet and phone",
      taxRate: "19",
      documentNumber: `RG-${month.replace("-", "")}`,
    },
    ...groceries,
    {
      date: on(15),
      kind: "expense",
      from: "card",
      cents: dinner,
      payee: tables[index % tables.length] ?? "",
      category: "Eating out",
      tags: index % 2 === 0 ? ["friends"] : [],
    },
    {
      date: on(16),
      kind: "transfer",
      from: "giro",
      to: "lira",
      cents: sent,
      toCents: lira,
      payee: "Wise",
      tags: ["family"],
    },
    {
      date: on(18),
      kind: "expense",
      from: "lira",
      cents: vary(145_000, 290_000, 6),
      payee: "İzmir Elektrik",
      category: "Electricity, water, heating",
      tags: ["family", "İzmir"],
    },
    {
      date: on(24),
      kind: "transfer",
      from: "giro",
      to: "card",
      cents: onCard,
      payee: "Credit card bill",
    },
    {
      date: on(27),
      kind: "income",
      from: "giro",
      cents: index < 8 ? 345_000 : 362_000,
      payee: "Nordlicht GmbH",
      category: "Salary",
    },
    ...(index % 3 === 1
      ? ([
          {
            date: on(10),
            kind: "income",
            from: "dollars",
            cents: 64_000,
            payee: "Blue Harbor LLC",
            category: "Self-employment",
            documentNumber: `INV-${index + 1}`,
          },
        ] satisfies Entry[])
      : []),
    ...(index % 5 === 2
      ? ([
          {
            date: on(6),
            kind: "expense",
            from: "card",
            cents: 8_990,
            payee: "Zalando",
            category: "Clothing",
            tags: ["winter"],
          },
          // A refund is an income with the category of the expense.
          {
            date: on(20),
            kind: "income",
            from: "card",
            cents: 4_495,
            payee: "Zalando",
            category: "Clothing",
            note: "Second pair returned",
            tags: ["refund"],
          },
        ] satisfies Entry[])
      : []),
    ...(index === 4 || index === 10
      ? ([
          {
            date: on(8),
            kind: "expense",
            from: "dollars",
            cents: 41_250,
            payee: "Turkish Airlines",
            category: "Travel",
            tags: ["family", "İzmir"],
          },
        ] satisfies Entry[])
      : []),
  ];
}

/** "2025-11" and 3 -> "2026-02". */
export function monthAfter(month: string, months: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const count = year * 12 + number - 1 + months;
  return `${Math.floor(count / 12)}-${String((count % 12) + 1).padStart(2, "0")}`;
}
