import type { RequestContext } from "#platform/kernel/context";
import { invalidField } from "#platform/kernel/errors";
import { type Id, parseId } from "#platform/kernel/ids";
import type { LedgerDeps } from "../deps.ts";
import { ledgerErrors } from "../errors.ts";
import { ownUserId, requireBookOf } from "./book-access.ts";
import { type Import, importView } from "./import-view.ts";
import { importChanged, type OwnImportDeps } from "./own-import.ts";
import { readImportJob } from "./read-import.ts";
import { accountArchived, accountNotFound } from "./transaction-references.ts";

type Deps = OwnImportDeps & Pick<LedgerDeps, "accounts" | "importFiles" | "jobs">;

/** A file is stored in pieces of this size, each as soon as it is complete. */
const chunkBytes = 512 * 1024;
/** Uploads and imports that wait for their user: 5 files of 50 MB. */
const maxOpenImports = 5;

export type UploadImportInput = { readonly accountId: string; readonly fileName: string };

/**
 * Stores the file while it comes, then has it read by a job. What breaks off leaves nothing. An Idempotency-Key stands
 * for the complete upload: it is taken when the file is there.
 */
export async function uploadImport(
  deps: Deps,
  ctx: RequestContext,
  input: UploadImportInput,
  file: AsyncIterable<Uint8Array>,
): Promise<Import> {
  const { idempotency: _claim, ...beforehand } = ctx;
  const fileName = input.fileName.normalize("NFC").trim();
  if (fileName === "") throw invalidField("fileName", "Must not be blank.");
  const account = await targetAccount(deps, ctx, parseId(input.accountId, "accountId"));
  const id = await begin(deps, beforehand, { ...account, fileName });
  const uploading = { id, version: 1, state: "uploading" } as const;
  const giveUp = () => deps.db.transact(beforehand, (tx) => deps.imports.remove(tx, uploading));
  let complete: Import;
  try {
    const stored = await store(deps, beforehand, id, file);
    complete = await deps.db.transact(ctx, async (tx) => {
      const changes = { ...stored, state: "reading" } as const;
      const changed = await deps.imports.change(tx, uploading, changes, deps.clock.now());
      if (!changed) throw importChanged();
      await deps.jobs.enqueue(tx, readImportJob, { importId: id, version: changed.version });
      return importView(changed);
    });
  } catch (error) {
    // When this fails as well, the import is given up by whoever clears up behind the dead.
    await giveUp().catch(() => {});
    throw error;
  }
  // The same request came twice at once: the other one's file is the one that counts.
  if (complete.id !== id) await giveUp();
  return complete;
}

async function targetAccount(deps: Deps, ctx: RequestContext, accountId: Id) {
  const [account] = await deps.accounts.byIds(deps.db.read, [accountId]);
  const notFound = () => accountNotFound("accountId");
  const { bookId } = await requireBookOf(deps, ctx, account, "write", notFound);
  if (account?.archivedAt) throw accountArchived("accountId");
  return { bookId, accountId };
}

async function begin(
  deps: Deps,
  ctx: RequestContext,
  target: { readonly bookId: Id; readonly accountId: Id; readonly fileName: string },
): Promise<Id> {
  const id = deps.ids.next();
  const createdBy = ownUserId(ctx);
  await deps.db.transact(ctx, async (tx) => {
    await deps.imports.lockCreator(tx, createdBy);
    if ((await deps.imports.countOpen(tx, createdBy)) >= maxOpenImports)
      throw ledgerErrors.fail(
        "too_many_imports",
        `At most ${maxOpenImports} imports can be open at a time: commit or delete one.`,
        { meta: { limit: maxOpenImports } },
      );
    const at = deps.clock.now();
    await deps.imports.insert(tx, {
      ...{ id, ...target, createdBy, state: "uploading", sizeBytes: 0, answers: {}, rowsRead: 0 },
      ...{ createdAt: at, updatedAt: at, version: 1 },
    });
  });
  return id;
}

/** Whoever stores the next piece says so in the import, too: one that nobody uploads any more is silent. */
async function store(
  deps: Deps,
  ctx: RequestContext,
  importId: Id,
  file: AsyncIterable<Uint8Array>,
): Promise<{ readonly sizeBytes: number; readonly sha256: string }> {
  const hash = deps.importFiles.hash();
  const seen = { id: importId, version: 1, state: "uploading" } as const;
  let pieces: Uint8Array[] = [];
  let held = 0;
  let number = 0;
  let sizeBytes = 0;
  async function flush(): Promise<void> {
    const content = Buffer.concat(pieces);
    pieces = [];
    held = 0;
    sizeBytes += content.byteLength;
    await deps.db.transact(ctx, async (tx) => {
      if (!(await deps.imports.note(tx, seen, { sizeBytes }, deps.clock.now())))
        throw importChanged();
      await deps.imports.addChunk(tx, { importId, number, content });
    });
    number += 1;
  }
  for await (const piece of file) {
    hash.update(piece);
    pieces.push(piece);
    held += piece.byteLength;
    if (held >= chunkBytes) await flush();
  }
  if (held > 0) await flush();
  return { sizeBytes, sha256: hash.digest() };
}
