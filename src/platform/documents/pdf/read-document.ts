import type {
  Cell,
  Chart,
  DocumentHead,
  DocumentLanguage,
  DocumentPart,
  Fact,
  Table,
  TotalRow,
} from "../model.ts";

export type FilledTable = Table & {
  readonly rows: readonly (readonly Cell[])[];
  readonly totals: readonly TotalRow[];
};

export type Block =
  | { readonly kind: "heading" | "paragraph"; readonly text: string }
  /** The title of a translation, on a page of its own. */
  | { readonly kind: "title"; readonly text: string }
  | { readonly kind: "facts"; readonly facts: readonly Fact[] }
  | { readonly kind: "chart"; readonly chart: Chart }
  | { readonly kind: "table"; readonly table: FilledTable };

export type Section = {
  readonly language: DocumentLanguage;
  readonly blocks: readonly Block[];
};

/** A document in memory: how wide a column must be is known when its last cell is. */
export type WholeDocument = {
  readonly head: DocumentHead;
  /** Each but the first begins with a heading or a translation's title. */
  readonly sections: readonly Section[];
  readonly notes: readonly string[];
};

/** Throws on a sequence of parts that {@link DocumentPart} does not allow. */
export async function readDocument(parts: AsyncIterable<DocumentPart>): Promise<WholeDocument> {
  let head: DocumentHead | undefined;
  const sections: { readonly language: DocumentLanguage; readonly blocks: Block[] }[] = [];
  const notes: string[] = [];
  let open: { readonly table: Table; readonly rows: (readonly Cell[])[] } | undefined;
  const add = (block: Block) => {
    const language = sections.at(-1)?.language;
    if (block.kind === "heading" && language) sections.push({ language, blocks: [block] });
    else sections.at(-1)?.blocks.push(block);
  };

  for await (const part of parts) {
    if ((part.part === "document") !== (head === undefined))
      throw new Error("a document model begins with one head");
    if (open ? part.part !== "row" && part.part !== "totals" : part.part === "row")
      throw new Error("rows stand between a table and its totals");
    switch (part.part) {
      case "document":
        head = part.head;
        sections.push({ language: head.language, blocks: [] });
        break;
      case "translation":
        sections.push({
          language: part.language,
          blocks: [{ kind: "title", text: part.title }],
        });
        break;
      case "heading":
      case "paragraph":
        add({ kind: part.part, text: part.text });
        break;
      case "facts":
        add({ kind: "facts", facts: part.facts });
        break;
      case "chart":
        add({ kind: "chart", chart: part.chart });
        break;
      case "table":
        open = { table: part.table, rows: [] };
        break;
      case "row":
        if (part.cells.length !== open?.table.columns.length)
          throw new Error("a row has as many cells as its table has columns");
        open.rows.push(part.cells);
        break;
      case "totals":
        if (!open) throw new Error("totals end a table");
        add({ kind: "table", table: { ...open.table, rows: open.rows, totals: part.totals } });
        open = undefined;
        break;
      case "notes":
        notes.push(...part.notes);
        break;
    }
  }
  if (!head || open) throw new Error("the document model is cut off");
  return { head, sections: sections.filter(({ blocks }) => blocks.length > 0), notes };
}
