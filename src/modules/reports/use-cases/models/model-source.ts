import type {
  Account,
  BookPart,
  CashFlow,
  Category,
  Conversion,
  DayRate,
  Transaction,
  TransactionCounts,
} from "#modules/ledger/contract";
import type { DocumentPart } from "#platform/documents/model";
import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Instant } from "#platform/kernel/time";
import type { ReportsDeps } from "../../deps.ts";
import type { ModelFrame } from "../../domain/model/model-frame.ts";
import type { BookNames } from "../../domain/model/transactions-table.ts";
import { breath } from "../breath.ts";

/** The book was written to while a report of it was read: whoever wants it begins again. */
export class BookMovedError extends Error {
  constructor() {
    super("the book changed while it was read");
    this.name = "BookMovedError";
  }
}

/** Transactions that are in memory at a time; requests are answered between two such pages. */
const pageSize = 100;

/** All that a model is made from, read at one revision of the book. */
export type ModelSource = {
  readonly ledger: ReportsDeps["ledger"];
  readonly ctx: RequestContext;
  readonly frame: ModelFrame;
  readonly asOf: Instant;
  /** In the order they were opened. */
  readonly accounts: readonly Account[];
  readonly categories: readonly Category[];
  readonly names: BookNames;
  /** What the report is of, and how it converts. */
  readonly part: BookPart & Conversion;
  readonly counts: TransactionCounts;
  /** Of all days on which something moved in another currency. */
  readonly rates: readonly DayRate[];
  /** Of what was read at the revision of the report. Throws {@link BookMovedError} for another, and when it is aborted. */
  read<T extends { readonly bookRevision: number }>(work: Promise<T>): Promise<T>;
  write(parts: Iterable<DocumentPart>): Promise<void>;
};

/** As {@link ModelSource.read} does it. */
export function steadyReader(bookRevision: number, signal: AbortSignal): ModelSource["read"] {
  return async (work) => {
    const answer = await movedIfBusy(work);
    signal.throwIfAborted();
    if (answer.bookRevision !== bookRevision) throw new BookMovedError();
    return answer;
  };
}

/** A book that never stands still has moved. */
async function movedIfBusy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.code === "ledger.book_busy") throw new BookMovedError();
    throw error;
  }
}

/** All transactions of the report by day and id, some at a time. */
export async function* transactionPages({
  ctx,
  ledger,
  part,
  read,
}: ModelSource): AsyncGenerator<readonly Transaction[]> {
  for (let cursor: string | undefined; ; ) {
    const asked = { ...part, limit: pageSize, cursor };
    const page = await read(ledger.transactionsPage(ctx, asked));
    yield page.items;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
    await breath();
  }
}

/** The rates of all days on which something moved in another currency. */
export async function dayRatesOf({
  ctx,
  ledger,
  part,
  read,
}: Pick<ModelSource, "ctx" | "ledger" | "part" | "read">): Promise<readonly DayRate[]> {
  return (await read(ledger.dayRatesOf(ctx, part))).items;
}

export const cashFlowOf = ({ ctx, ledger, part, read }: ModelSource): Promise<CashFlow> =>
  read(ledger.cashFlowOf(ctx, part));

export const staleOf = (rates: readonly DayRate[]): number =>
  rates.filter(({ stale }) => stale).length;
