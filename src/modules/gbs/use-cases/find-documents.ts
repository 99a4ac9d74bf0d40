import type { RequestContext } from "#platform/kernel/context";
import { parseId } from "#platform/kernel/ids";
import { decodeMoment, type Page, pageOf } from "#platform/kernel/page";
import type { DocumentOrder, GbsDeps, StoredDocument } from "../deps.ts";
import { gbsErrors } from "../errors.ts";
import type { ListOfDebtInput } from "./find-payments.ts";
import { ownDebt } from "./own-debt.ts";

type Deps = Pick<GbsDeps, "db" | "debts" | "documents">;

/** As the parties see it. */
export type DebtDocument = Omit<StoredDocument, "debtId" | "objectKey" | "kind"> &
  Pick<DocumentOrder, "kind">;

/** A file to be sent. Whoever does not read its bytes to their end ends them. */
export type FetchedDocument = {
  readonly name: string;
  readonly sizeBytes: number;
  readonly chunks: AsyncIterableIterator<Uint8Array>;
};

/** All documents of a debt, the oldest first. Throws `gbs.debt_not_found` (404). */
export async function listDocuments(
  deps: Deps,
  ctx: RequestContext,
  { id, limit, cursor }: ListOfDebtInput,
): Promise<Page<DebtDocument>> {
  const after = decodeMoment(cursor, "madeAt");
  const { debt } = await ownDebt(deps, ctx, parseId(id));
  const rows = await deps.documents.list(deps.db.read, debt.id, { after, limit: limit + 1 });
  const page = pageOf(rows, limit, (document) => [document.madeAt, document.id]);
  return {
    ...page,
    items: page.items.map(({ debtId: _, objectKey: __, ...document }) => document),
  };
}

/** Throws `gbs.debt_not_found` and `gbs.document_not_found` (404), `gbs.file_unavailable` and `storage.unavailable` (503). */
export async function fetchDocument(
  deps: Deps & Pick<GbsDeps, "objects" | "logger">,
  ctx: RequestContext,
  input: { readonly id: string; readonly documentId: string },
): Promise<FetchedDocument> {
  const { debt } = await ownDebt(deps, ctx, parseId(input.id));
  const documentId = parseId(input.documentId, "documentId");
  const document = await deps.documents.find(deps.db.read, debt.id, documentId);
  if (!document) throw gbsErrors.fail("document_not_found", "The debt has no such document.");
  const found = await deps.objects.get(document.objectKey);
  if (found) return { name: document.fileName, ...found };
  deps.logger.error({ documentId }, "the file of a debt's document is missing");
  throw gbsErrors.fail("file_unavailable", "Its file is missing at present; try again later.");
}
