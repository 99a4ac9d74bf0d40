import type { DecimalString } from "../kernel/decimal.ts";
import type { CurrencyCode, Money } from "../kernel/money.ts";
import type { Instant } from "../kernel/time.ts";

/** How numbers and days are written, and what the renderers' own words are in. */
export const documentLanguages = ["en-US", "de-DE", "tr-TR"] as const;
export type DocumentLanguage = (typeof documentLanguages)[number];

/**
 * What is in a cell: `text`; `date`, a LocalDate; `instant`, shown in the document's time zone; `money`; `number`, an
 * exact decimal shown with all of its digits (rates, counts); `percent`, "19" is 19 %.
 */
export type CellKind = "text" | "date" | "instant" | "money" | "number" | "percent";
/** Money in columns of kind `money`, text in all others; null = nothing is said. */
export type Cell = string | Money | null;

/** A stable name, `^[a-z][A-Za-z0-9]{0,39}$`: what XML calls it. */
export type ModelName = string;

/** Something said once: "Period: 1 to 30 September". */
export type Fact = {
  readonly id: ModelName;
  readonly label: string;
  readonly kind: CellKind;
  readonly value: Cell;
};

export type Column = {
  readonly id: ModelName;
  readonly title: string;
  readonly kind: CellKind;
  /** Of money: the currency of every cell. Left out: each has its own, and files for machines show it in a column beside. */
  readonly currency?: CurrencyCode;
  /** Its share of the table's width, in any unit. */
  readonly width: number;
  /** Of money: every cell is the sum of these columns of its row. */
  readonly sumOf?: readonly ModelName[];
  /** Of use to programs only: left out of what is made to be read on pages, where it would take room from the others. */
  readonly forPrograms?: boolean;
};

export type Table = {
  readonly id: ModelName;
  readonly title: string;
  readonly columns: readonly Column[];
};

/** Under a table: in each named column the sum of all cells that have this currency. */
export type TotalRow = {
  readonly label: string;
  readonly sums: readonly { readonly column: ModelName; readonly value: Money }[];
};

/** Drawn where a format can draw; its figures also stand in a table. All amounts are of one currency. */
export type Chart = {
  readonly id: ModelName;
  readonly title: string;
  /** `bars`: a group of bars per label; `line`: one line per series over the labels. */
  readonly kind: "bars" | "line";
  readonly currency: CurrencyCode;
  readonly labels: readonly string[];
  readonly series: readonly {
    readonly title: string;
    /** As many as labels; null = nothing known. */
    readonly values: readonly (DecimalString | null)[];
  }[];
};

export type DocumentHead = {
  /** Of what the document is about; printed on every page. */
  readonly id: string;
  readonly title: string;
  readonly subtitle: string | null;
  readonly language: DocumentLanguage;
  /** IANA name. */
  readonly timeZone: string;
  readonly createdAt: Instant;
  /** What whoever opens the document must know before he reads a figure. */
  readonly facts: readonly Fact[];
};

/**
 * A document as the sequence of its parts, in the order of reading: one `document`, then any of the others. `table` is
 * followed by its rows and ended by `totals` (which may be empty). `notes` may come more than once; all of them are shown at the end.
 * `translation` says that all that follows is written in that language, for whoever reads the other one less well; what
 * files for machines say themselves stays in the language of the head.
 */
export type DocumentPart =
  | { readonly part: "document"; readonly head: DocumentHead }
  | { readonly part: "translation"; readonly language: DocumentLanguage; readonly title: string }
  | { readonly part: "heading"; readonly text: string }
  | { readonly part: "paragraph"; readonly text: string }
  | { readonly part: "facts"; readonly facts: readonly Fact[] }
  | { readonly part: "chart"; readonly chart: Chart }
  | { readonly part: "table"; readonly table: Table }
  | { readonly part: "row"; readonly cells: readonly Cell[] }
  | { readonly part: "totals"; readonly totals: readonly TotalRow[] }
  | { readonly part: "notes"; readonly notes: readonly string[] };

/** Version of the stored form; its first line says it. */
export const modelFormat = "fintrack-document/1";

/** A page around something that only its reader may have. */
export type SecretPage = Pick<
  DocumentHead,
  "id" | "title" | "subtitle" | "language" | "timeZone" | "createdAt" | "facts"
> & {
  /** Tells the file from others; hex, and nothing that follows from the secret alone. */
  readonly fingerprint: string;
  /** Stands above the secret. */
  readonly warning: string;
  /** In letters, and as a QR code (ISO/IEC 18004) of exactly this text. At most 24 characters: so many fit beside the code. */
  readonly secret: string;
  readonly instructions: { readonly title: string; readonly steps: readonly string[] };
};
