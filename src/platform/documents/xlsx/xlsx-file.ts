import type { Writable } from "node:stream";
import { dateOf } from "../../kernel/time.ts";
import { type CellFormat, createCellFormat } from "../formatting.ts";
import type { DocumentHead } from "../model.ts";
import { createVisibleCharacters } from "../visible-characters.ts";
import { type Words, wordsOf } from "../words.ts";
import { type CellWriters, createCellWriters } from "./cell-writer.ts";
import { createDeviations, type Deviations } from "./deviations.ts";
import { type ExcelWords, excelWords } from "./excel-words.ts";
import { createLooks, type Looks } from "./looks.ts";
import { type PrintedPage, printedPage } from "./printed-page.ts";
import { createSheetNames } from "./sheet-name.ts";
import { openWorkbook, type Workbook } from "./workbook.ts";

/** What all sheets of a file share. */
export type XlsxFile = {
  readonly head: DocumentHead;
  readonly fingerprint: string;
  readonly words: Words & ExcelWords;
  readonly format: CellFormat;
  readonly workbook: Workbook;
  readonly deviations: Deviations;
  readonly writers: CellWriters;
  readonly looks: Looks;
  readonly page: PrintedPage;
  nameOf(title: string): string;
  /** What of the file so far is not as the model has it. */
  ownNotes(): readonly string[];
};

export function openXlsxFile(out: Writable, head: DocumentHead, fingerprint: string): XlsxFile {
  const { language, timeZone, createdAt } = head;
  const words = { ...wordsOf(language), ...excelWords[language] };
  const visible = createVisibleCharacters();
  const deviations = createDeviations();
  const [title, id] = [visible.of(head.title), visible.of(head.id)];
  const workbook = openWorkbook(out, { title, creator: "FinTrack", createdAt: dateOf(createdAt) });
  return {
    ...{ head, fingerprint, words, workbook, deviations },
    format: createCellFormat(language, timeZone),
    writers: createCellWriters(head, visible.of, deviations),
    looks: createLooks(language, workbook.styleId),
    page: printedPage({ title, id }, fingerprint, words),
    nameOf: createSheetNames(visible.of),
    ownNotes() {
      const codes = visible.codes();
      return [
        ...deviations.notes(words),
        ...(codes === "" ? [] : [words.invisibleCharacters(codes)]),
      ];
    },
  };
}
