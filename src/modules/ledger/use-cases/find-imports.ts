import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { parseId } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import { decodeCursor, decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { LedgerDeps, StoredImportRow } from "../deps.ts";
import type { Verdict } from "../domain/import-state.ts";
import { requireBook } from "./book-access.ts";
import { type Import, importView } from "./import-view.ts";
import { importNotFound, type OwnImportDeps, ownImport } from "./own-import.ts";

type PageInput = { readonly limit: number; readonly cursor?: string | undefined };

/** The imports of a book, the newest first. */
export async function listImports(
  deps: OwnImportDeps,
  ctx: RequestContext,
  input: PageInput & {
    readonly bookId?: string | undefined;
    readonly accountId?: string | undefined;
  },
): Promise<Page<Import>> {
  const { limit, cursor } = input;
  const after = decodeMoment(cursor, "createdAt");
  const { bookId } = await requireBook(deps, ctx, { bookId: input.bookId, need: "read" });
  const accountId =
    input.accountId === undefined ? undefined : parseId(input.accountId, "accountId");
  const query = { bookId, accountId, after, limit: limit + 1 };
  const found = await deps.imports.list(deps.db.read, query);
  return pageOf(found.map(importView), limit, ({ createdAt, id }) => [createdAt, id]);
}

export const getImport = async (
  deps: OwnImportDeps,
  ctx: RequestContext,
  input: { readonly id: string },
): Promise<Import> => importView(await ownImport(deps, ctx, parseId(input.id), "read"));

/** A row of the file with its verdict; null while something about the file is open to question. */
export type ImportRow = Omit<StoredImportRow, "importId" | "amount"> & {
  readonly amount: Money | null;
};

/** In the order of the file. Once an import is over, its rows are kept for a month. */
export async function listImportRows(
  deps: OwnImportDeps & Pick<LedgerDeps, "accounts" | "importRows">,
  ctx: RequestContext,
  input: PageInput & { readonly id: string; readonly verdict?: Verdict | undefined },
): Promise<Page<ImportRow>> {
  const { limit, cursor, verdict } = input;
  const after = cursor === undefined ? 0 : readNumber(cursor);
  const { id, accountId } = await ownImport(deps, ctx, parseId(input.id), "read");
  const [account] = await deps.accounts.byIds(deps.db.read, [accountId]);
  if (!account) throw importNotFound();
  const { currency } = account;
  const query = { importId: id, verdict, after, limit: limit + 1 };
  const found = await deps.importRows.list(deps.db.read, query);
  const rows = found.map(({ importId: _, amount, ...row }) => ({
    ...row,
    amount: amount === null ? null : { amount, currency },
  }));
  return pageOf(rows, limit, ({ number }) => [String(number)]);
}

function readNumber(cursor: string): number {
  const [number = ""] = decodeCursor(cursor, 1);
  if (!/^[1-9]\d{0,8}$/.test(number)) throw invalidField("cursor", "Is not a cursor of this list.");
  return Number(number);
}
