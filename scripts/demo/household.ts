/**
 * The money of a household in Berlin with one foot in İzmir: what its banks write on their statements, and what it writes
 * down itself. The same month has the same figures, whenever it is asked for. Amounts in whole cents.
 */
export type Purse = "giro" | "card" | "lira" | "dollars";

export type Account = {
  readonly name: string;
  readonly kind: string;
  readonly currency: string;
  readonly opening: number;
};

export const accounts: Readonly<Record<Purse, Account>> = {
  giro: { name: "Girokonto", kind: "checking", currency: "EUR", opening: 248_050 },
  card: { name: "Credit card", kind: "credit_card", currency: "EUR", opening: -18_240 },
  lira: { name: "Ziraat", kind: "checking", currency: "TRY", opening: 1_850_000 },
  dollars: { name: "Dollar savings", kind: "savings", currency: "USD", opening: 150_000 },
};

/** A line of a bank's statement; what went out is negative. */
export type Line = {
  readonly date: string;
  readonly purse: Purse;
  readonly cents: number;
  readonly payee: string;
  readonly text: string;
};

/** What no statement tells: where money went within the household, and what a receipt was for. */
export type Entry = {
  readonly date: string;
  readonly from: Purse;
  readonly cents: number;
  readonly payee: string;
  readonly tags?: readonly string[];
} & (
  | { readonly to: Purse; readonly arrived: number }
  | {
      readonly parts: readonly (readonly [category: string, cents: number])[];
      readonly documentNumber: string;
      readonly taxRate: string;
    }
);

/** Words on statements and the categories that they stand for. */
export const sortings: readonly {
  readonly search: string;
  readonly category: string;
  readonly tags?: readonly string[];
}[] = [
  { search: "Miete", category: "Rent" },
  { search: "Festnetz", category: "Internet and phone" },
  { search: "Supermarkt", category: "Groceries" },
  { search: "Restaurant", category: "Eating out" },
  { search: "Bekleidung", category: "Clothing" },
  { search: "Gehalt", category: "Salary" },
  { search: "Invoice", category: "Self-employment" },
  { search: "Flights", category: "Travel", tags: ["family", "İzmir"] },
  { search: "elektrik", category: "Electricity, water, heating", tags: ["family", "İzmir"] },
];

export const budgets = [
  {
    ...{ name: "Groceries", categories: ["Groceries"] },
    ...{ period: "monthly", cents: 42_000, rollover: "surplus" },
  },
  {
    ...{ name: "Eating out", categories: ["Eating out"] },
    ...{ period: "monthly", cents: 4_500, rollover: "both" },
  },
  {
    ...{ name: "Travel", categories: ["Travel"] },
    ...{ period: "yearly", cents: 180_000, rollover: "none" },
  },
] as const;

export type Household = { readonly lines: readonly Line[]; readonly entries: readonly Entry[] };

/** `first` = the first month, "2025-10"; `last` = the last day of which anything is known. */
export function householdBetween(first: string, last: string): Household {
  const months: Household[] = [];
  for (let month = first; month <= last.slice(0, 7); month = monthAfter(month, 1))
    months.push(householdIn(month));
  const known = ({ date }: { readonly date: string }) => date <= last;
  return {
    lines: months.flatMap(({ lines }) => lines).filter(known),
    entries: months.flatMap(({ entries }) => entries).filter(known),
  };
}

const shops = ["Rewe", "Edeka", "Lidl", "Markthalle Neun"];
const tables = ["Mustafa's", "Café Kotti", "Adana Grillhaus"];
const atTable = "Kartenzahlung Restaurant";

function householdIn(month: string): Household {
  const number = numberOf(month);
  const on = (day: number) => `${month}-${String(day).padStart(2, "0")}`;
  /** Looks like life, and is the same every time. */
  const vary = (from: number, to: number, salt: number) =>
    from + ((number * 7919 + salt * 104_729) % (to - from + 1));
  const every = <T>(months: number, rest: number, things: readonly T[]) =>
    number % months === rest ? things : [];

  const line = (purse: Purse, day: number, cents: number, payee: string, text: string): Line => ({
    ...{ date: on(day), purse, cents, payee, text },
  });
  const onCard = [
    ...[4, 12, 21].map((day, trip) => {
      const shop = shops[(number + trip) % shops.length] ?? "";
      return line("card", day, -vary(6_500, 13_800, trip + 1), shop, "Kartenzahlung Supermarkt");
    }),
    line("card", 15, -vary(2_200, 6_400, 5), tables[number % tables.length] ?? "", atTable),
    ...every(5, 2, [
      line("card", 6, -8_990, "Zalando", "Kartenzahlung Bekleidung"),
      line("card", 20, 4_495, "Zalando", "Gutschrift Bekleidung"),
    ]),
  ];
  const elsewhere = [
    line("giro", 1, -118_000, "Hausverwaltung Lindner", "Miete und Nebenkosten"),
    line("giro", 3, -3_999, "Telekom", `Festnetz Rechnung ${month}`),
    line("giro", 27, salaryIn(month), "Nordlicht GmbH", `Gehalt ${month}`),
    line("lira", 18, -vary(145_000, 290_000, 6), "İzmir Elektrik", "Fatura ödemesi elektrik"),
    ...every(3, 1, [line("dollars", 10, 64_000, "Blue Harbor LLC", `Invoice ${month}`)]),
    ...every(6, 3, [line("dollars", 8, -41_250, "Turkish Airlines", "Flights BER ADB")]),
  ];
  const drugstore = every(3, 0, [vary(2_900, 6_900, 11)]);
  const entries: Entry[] = [
    ...drugstore.map(
      (cents): Entry => ({
        ...{ date: on(13), from: "card", cents, payee: "dm" },
        parts: [
          ["Household goods", cents - 1_250],
          ["Health", 1_250],
        ],
        ...{ documentNumber: `BON-${month}`, taxRate: "19" },
      }),
    ),
    ...every(3, 1, [600]).map(
      (euros): Entry => ({
        ...{ date: on(16), from: "giro", to: "lira", cents: euros * 100 },
        ...{ arrived: liraFor(euros, month), payee: "Wise", tags: ["family"] },
      }),
    ),
  ];
  const spentOnCard = -sum([
    ...onCard.map(({ cents }) => cents),
    ...drugstore.map((cents) => -cents),
  ]);
  const bill: Entry = {
    ...{ date: on(24), from: "giro", to: "card", cents: spentOnCard, arrived: spentOnCard },
    payee: "Credit card bill",
  };
  return { lines: [...onCard, ...elsewhere], entries: [...entries, bill] };
}

const sum = (cents: readonly number[]) => cents.reduce((total, one) => total + one, 0);

/** A rise every January. */
const salaryIn = (month: string): number => 345_000 + (Number(month.slice(0, 4)) - 2025) * 12_000;

/** What euros bring: more lira every month. */
const liraFor = (euros: number, month: string): number =>
  euros * (4_850 + (numberOf(month) - numberOf("2025-10")) * 45);

const numberOf = (month: string): number => {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return year * 12 + number - 1;
};

/** "2025-11" and 3 -> "2026-02". */
export function monthAfter(month: string, months: number): string {
  const number = numberOf(month) + months;
  return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
}

/** 118000 -> "1180.00". */
export function amountOf(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, "0");
  return `${cents < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
