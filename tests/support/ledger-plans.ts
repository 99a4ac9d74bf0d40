import fc from "fast-check";

/** Days on which plans write: both sides of the ends of a month and of a year, each with rates of its own. */
export const planDays = [
  "2025-12-31",
  "2026-01-01",
  "2026-01-31",
  "2026-02-01",
  "2026-09-15",
] as const;

/** A transaction as somebody writes it down, with numbers of accounts and minor units. */
export type Written = {
  readonly kind: "income" | "expense" | "transfer";
  readonly from: number;
  /** Accounts further than `from`: another one. */
  readonly to: number;
  readonly parts: readonly number[];
  readonly arrived: number;
  readonly date: string;
  readonly payee: string;
  readonly isUncategorised: boolean;
};

/** `which`: of those that there are by then, counted from the first and around. */
export type Step =
  | { readonly do: "record"; readonly written: Written }
  | { readonly do: "change"; readonly which: number; readonly written: Written }
  | { readonly do: "void"; readonly which: number }
  | { readonly do: "bulk"; readonly filter: BulkFilter; readonly what: BulkWhat }
  | { readonly do: "import"; readonly which: number; readonly file: number }
  | { readonly do: "undo"; readonly which: number }
  | { readonly do: "close"; readonly day: string }
  | { readonly do: "reopen" }
  | { readonly do: "open"; readonly units: number; readonly day: string }
  | {
      readonly do: "opening";
      readonly which: number;
      readonly units: number;
      readonly day: string;
      readonly currency: number | null;
    }
  | {
      readonly do: "archive" | "unarchive" | "delete" | "archive_category" | "restore_category";
      readonly which: number;
    };

export const bulkFilters = ["payee", "account", "category", "kind", "all"] as const;
export type BulkFilter = (typeof bulkFilters)[number];
export const bulkChanges = ["category", "tags", "payee", "void"] as const;
export type BulkWhat = (typeof bulkChanges)[number];

const units = fc.integer({ min: 1, max: 1_000_000 });
const day = fc.constantFrom(...planDays);
const which = fc.nat(40);

export const anyWritten: fc.Arbitrary<Written> = fc.record({
  kind: fc.constantFrom("income", "expense", "transfer"),
  from: fc.nat(20),
  to: fc.nat(20),
  parts: fc.array(units, { minLength: 1, maxLength: 4 }),
  arrived: units,
  date: day,
  payee: fc.constantFrom("Migros", "BİM", "Bäckerei"),
  isUncategorised: fc.boolean(),
});

const verb = <D extends Step["do"]>(name: D) => fc.constant(name);

const steps = {
  record: fc.record({ do: verb("record"), written: anyWritten }),
  change: fc.record({ do: verb("change"), which, written: anyWritten }),
  void: fc.record({ do: verb("void"), which }),
  bulk: fc.record({
    do: verb("bulk"),
    filter: fc.constantFrom(...bulkFilters),
    what: fc.constantFrom(...bulkChanges),
  }),
  import: fc.record({ do: verb("import"), which: fc.nat(1), file: fc.nat(2) }),
  undo: fc.record({ do: verb("undo"), which }),
  // Never the last days, lest nothing is written any more.
  close: fc.record({ do: verb("close"), day: fc.constantFrom(...planDays.slice(0, 3)) }),
  reopen: fc.record({ do: verb("reopen") }),
  open: fc.record({ do: verb("open"), units: fc.integer({ min: -9_999, max: 9_999 }), day }),
  opening: fc.record({
    do: verb("opening"),
    which,
    units: fc.integer({ min: -9_999, max: 9_999 }),
    day,
    currency: fc.option(fc.nat(2), { nil: null }),
  }),
  others: fc.record({
    do: fc.constantFrom(
      "archive" as const,
      "unarchive" as const,
      "delete" as const,
      "archive_category" as const,
      "restore_category" as const,
    ),
    which,
  }),
};

const weights: Readonly<Record<keyof typeof steps, number>> = {
  ...{ record: 8, change: 8, void: 3, bulk: 3, import: 3, undo: 2 },
  ...{ close: 2, reopen: 1, open: 1, opening: 2, others: 4 },
};

/** Without `reopen` what was closed stays closed. */
export const anyStep = (options: { readonly reopen: boolean }): fc.Arbitrary<Step> =>
  fc.oneof(
    ...Object.entries(steps)
      .filter(([name]) => options.reopen || name !== "reopen")
      .map(([name, arbitrary]) => ({
        weight: weights[name as keyof typeof steps],
        arbitrary: arbitrary as fc.Arbitrary<Step>,
      })),
  );

const bought: Written = {
  ...{ kind: "expense", from: 0, to: 0, parts: [1_234, 1], arrived: 1, date: "2026-02-01" },
  ...{ payee: "Migros", isUncategorised: false },
};
/** Each verb once, and none is refused. */
export const everyVerb: readonly Step[] = [
  { do: "record", written: bought },
  { do: "change", which: 0, written: { ...bought, kind: "transfer", to: 1 } },
  { do: "import", which: 0, file: 2 },
  { do: "bulk", filter: "payee", what: "tags" },
  { do: "undo", which: 0 },
  { do: "void", which: 0 },
  { do: "open", units: 100, day: "2026-01-01" },
  { do: "opening", which: 1, units: -5, day: "2026-01-01", currency: null },
  ...(["archive", "unarchive"] as const).map((verb) => ({ do: verb, which: 2 })),
  { do: "delete", which: 3 },
  ...(["archive_category", "restore_category"] as const).map((verb) => ({ do: verb, which: 0 })),
  { do: "close", day: "2026-01-01" },
  { do: "reopen" },
];
