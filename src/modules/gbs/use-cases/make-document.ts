import type { RequestContext } from "#platform/kernel/context";
import { type Id, isId } from "#platform/kernel/ids";
import type { StoredObject } from "#platform/storage/object-store";
import type { DocumentOrder, GbsDeps } from "../deps.ts";
import { byClock } from "../domain/custody-data.ts";
import type { DebtSnapshot } from "../domain/debt-snapshot.ts";
import type { DebtStep, Notice, People } from "./debt-step.ts";
import { said } from "./debt-step.ts";
import { documentParts } from "./document-parts.ts";
import { findPeople } from "./people.ts";
import { type RecordDeps, recordSteps } from "./record-steps.ts";

type Deps = RecordDeps &
  Pick<
    GbsDeps,
    "db" | "clock" | "ids" | "identity" | "documents" | "objects" | "scratch" | "makePdf" | "logger"
  >;

/** More than one run leaves behind, each killed before its end. */
const maxLeftovers = 100;

/**
 * Makes a document, and tells both parties of it: once, however often and by how many it is tried. Each run stores under
 * a key of its own; the one that finds none made yet records its own, and deletes what the others have left. Does nothing
 * for terms that are no longer in force: the agreement of those which are takes the place of theirs.
 */
export async function makeDocument(
  deps: Deps,
  ctx: RequestContext,
  order: DocumentOrder,
  signal: AbortSignal,
): Promise<void> {
  const debt = await deps.debts.find(deps.db.read, order.debtId);
  if (!debt || !isWanted(debt, order)) return;
  if ((await deps.documents.made(deps.db.read, order)) === undefined) {
    const people = (await findPeople(deps, ctx, [debt]))(debt);
    const objectKey = `${prefixOf(order)}${deps.ids.next()}.pdf`;
    const stored = await storeFile(deps, order, { debt, people, objectKey, signal });
    await deps.db.transact(ctx, async (tx) => {
      const before = await deps.debts.lock(tx, order.debtId);
      if (!before || !isWanted(before, order)) return;
      if ((await deps.documents.made(tx, order)) !== undefined) return;
      const now = deps.clock.now();
      const step = madeStep(deps, before, order, stored);
      const document = {
        ...{ ...order, ...stored, id: deps.ids.next(), objectKey, madeAt: now },
        fileName: fileNameOf(order),
      };
      const rows = () => deps.documents.add(tx, document);
      await recordSteps(deps, tx, { before, steps: [{ ...step, rows }], people, now });
    });
  }
  await deleteOthers(deps, order);
}

const isWanted = ({ state, termsVersion }: DebtSnapshot, order: DocumentOrder): boolean =>
  termsVersion === order.termsVersion && (order.kind === "agreement" || state === "settled");

/** All that is stored below it are documents. */
export const documentsPrefix = "debts/";

const prefixOf = ({ debtId, kind, termsVersion }: DocumentOrder): string =>
  `${documentsPrefix}${debtId}/${kind}-${termsVersion}/`;

/** Undefined for a key that no document has. */
export const debtOfDocumentKey = (key: string): Id | undefined => {
  const id = key.slice(documentsPrefix.length).split("/")[0] ?? "";
  return isId(id) ? id : undefined;
};

const fileNameOf = ({ debtId, kind, termsVersion }: DocumentOrder): string =>
  `${kind}-${debtId}-${termsVersion}.pdf`;

async function storeFile(
  deps: Deps,
  order: DocumentOrder,
  made: {
    readonly debt: DebtSnapshot;
    readonly people: People;
    readonly objectKey: string;
    readonly signal: AbortSignal;
  },
): Promise<StoredObject> {
  const { debt, people, objectKey, signal } = made;
  const parts = await documentParts(deps, order, { debt, people, at: deps.clock.now() });
  const scratch = await deps.scratch.open();
  try {
    const path = await deps.makePdf(scratch, parts, signal);
    signal.throwIfAborted();
    return await deps.objects.put(objectKey, { path });
  } finally {
    await scratch.close();
  }
}

function madeStep(
  { links }: Pick<Deps, "links">,
  debt: DebtSnapshot,
  { kind, termsVersion }: DocumentOrder,
  { sha256, sizeBytes }: StoredObject,
): DebtStep {
  const data = { money: said(debt.terms.amount), link: links.documents(debt.id) };
  const mail = kind === "agreement" ? "gbs.agreement_ready" : "gbs.settled";
  const notices: readonly Notice[] = [
    { kind: mail, to: "lender", data },
    { kind: mail, to: "borrower", data },
  ];
  const entry = { document: kind, termsVersion, sha256, sizeBytes };
  return {
    debt,
    custody: [{ kind: "document_made", actor: byClock, data: entry }],
    notices,
  };
}

/** What runs stored that were killed, or came second. Nothing when none is recorded: another run may be about to. */
async function deleteOthers(deps: Deps, order: DocumentOrder): Promise<void> {
  const made = await deps.documents.made(deps.db.read, order);
  if (!made) return;
  const stored = await deps.objects.list(prefixOf(order), { limit: maxLeftovers });
  const others = stored.map(({ key }) => key).filter((key) => key !== made.objectKey);
  if (others.length === 0) return;
  await deps.objects.delete(others);
  deps.logger.info({ objects: others.length }, "deleted what killed runs had stored of a document");
}
