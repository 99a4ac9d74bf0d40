import type { CellFormat } from "../formatting.ts";
import { drawChart, leastChartHeightPt } from "./chart/draw-chart.ts";
import { drawFacts } from "./page/facts.ts";
import type { Orientation } from "./page/pages.ts";
import { drawText } from "./page/running-text.ts";
import { type Sheet, styles } from "./page/sheet.ts";
import type { Block, Section } from "./read-document.ts";
import { drawTable, leastTableHeightPt } from "./table/draw-table.ts";
import type { PlannedTable } from "./table/lay-table.ts";
import { planColumns } from "./table/plan-columns.ts";
import { tableTexts } from "./table/table-texts.ts";
import { lineHeight, type Typesetter } from "./text/typesetter.ts";

export type PlannedBlock =
  | Exclude<Block, { readonly kind: "table" }>
  | ({ readonly kind: "table" } & PlannedTable);

export type PlannedSection = Pick<Section, "language"> & {
  readonly orientation: Orientation;
  readonly blocks: readonly PlannedBlock[];
};

const belowTitlePt = 12;
const belowHeadingPt = 5;
const belowParagraphPt = 7;
const belowFactsPt = 10;
/** Two lines of whatever follows a heading. */
const leastTextPt = 2 * styles.body.sizePt * lineHeight;

/** A section does not turn on its way: one table that needs more width turns all of it. */
export function planSection(
  { language, blocks }: Section,
  format: CellFormat,
  type: Typesetter,
): PlannedSection {
  const tables = new Map(
    blocks.flatMap((block) => {
      if (block.kind !== "table") return [];
      const texts = tableTexts(block.table, format);
      return [[block, { texts, plan: planColumns(block.table, texts, type) }] as const];
    }),
  );
  const isTurned = [...tables.values()].some(({ plan }) => plan.orientation === "landscape");
  const orientation = isTurned ? "landscape" : "portrait";
  return {
    ...{ language, orientation },
    blocks: blocks.map((block) => {
      if (block.kind !== "table") return block;
      const planned = tables.get(block);
      const texts = planned?.texts ?? tableTexts(block.table, format);
      const plan =
        planned?.plan.orientation === orientation
          ? planned.plan
          : planColumns(block.table, texts, type, orientation);
      return { ...block, texts, plan };
    }),
  };
}

export function drawSection(sheet: Sheet, { orientation, blocks }: PlannedSection): void {
  sheet.pages.turn(orientation);
  for (const [at, block] of blocks.entries()) {
    // A heading stays with what is below it.
    if (block.kind === "heading") sheet.pages.ensure(leastPt(sheet, blocks, at));
    draw(sheet, block);
  }
}

function leastPt(sheet: Sheet, blocks: readonly PlannedBlock[], at: number): number {
  const block = blocks[at];
  switch (block?.kind) {
    case "heading": {
      const lines = sheet.type.lines(block.text, styles.heading, sheet.pages.widthPt()).length;
      const own = lines * styles.heading.sizePt * lineHeight + belowHeadingPt;
      return own + leastPt(sheet, blocks, at + 1);
    }
    case "chart":
      return leastChartHeightPt(sheet, block.chart);
    case "table":
      return leastTableHeightPt(sheet, block);
    case undefined:
      return 0;
    default:
      return leastTextPt;
  }
}

function draw(sheet: Sheet, block: PlannedBlock): void {
  switch (block.kind) {
    case "title":
      sheet.pages.nextUnlessEmpty();
      drawText(sheet, block.text, styles.title, { belowPt: belowTitlePt });
      break;
    case "heading":
      drawText(sheet, block.text, styles.heading, { belowPt: belowHeadingPt });
      break;
    case "paragraph":
      drawText(sheet, block.text, styles.body, { belowPt: belowParagraphPt });
      break;
    case "facts":
      drawFacts(sheet, block.facts);
      sheet.pages.skip(belowFactsPt);
      break;
    case "chart":
      drawChart(sheet, block.chart);
      break;
    case "table":
      drawTable(sheet, block);
      break;
  }
}
