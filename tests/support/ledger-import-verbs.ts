import type { Transaction } from "#modules/ledger/contract";
import { AppError } from "#platform/kernel/errors";
import { csvOf, type Imported } from "./imports.ts";
import { ifMatch } from "./ledger.ts";
import { forget, type Played, playedBy, type World } from "./ledger-world.ts";

/** Rows alike within a file and between two; the last one has the bank's ids. Nothing of them is open to question. */
const files = [
  csvOf([
    ["2025-12-31", "-12.34", "Sure"],
    ["2026-01-31", "-4.50", "Bäckerei"],
    ["2026-01-31", "-4.50", "Bäckerei"],
    ["2026-02-01", "1000.00", "İş Bankası"],
  ]),
  csvOf([
    ["2026-01-31", "-4.50", "BÄCKEREI"],
    ["2026-02-01", "-7.00", "Migros"],
    ["2026-02-01", "20.00", "Refund"],
  ]),
  csvOf(
    [
      ["2026-01-01", "-12.34", "Sure", "", "bank-00001"],
      ["2026-09-15", "-30.00", "Migros", "", "bank-00002"],
      ["2026-09-15", "-30.00", "Migros", "", "bank-00003"],
    ],
    true,
  ),
] as const;

/** Runs what the import waits for, here and now: other lanes have jobs of their own. */
async function runImportJob(world: World, name: string, seen: Imported): Promise<Imported> {
  const payload = { importId: seen.id, version: seen.version, by: world.user.user.id };
  for (let attempt = 1; ; attempt += 1)
    try {
      await world.api.runJob(`ledger.${name}_import`, payload);
      return await world.user.importOf(seen.id);
    } catch (error) {
      const isBusy = error instanceof AppError && error.code === "ledger.book_busy";
      if (!isBusy || attempt === 5) throw error;
    }
}

/** Uploaded and read; the answer of the upload when that is refused. */
export async function readFile(world: World, accountId: string, file: number) {
  const sent = await world.user.send<Imported>(files[file] ?? "", accountId);
  return sent.status === 202 ? { read: await runImportJob(world, "read", sent.body) } : { sent };
}

export async function forgetImport({ user }: World, { id, version }: Imported): Promise<void> {
  await user.delete(`/v1/imports/${id}`, undefined, ifMatch(version));
}

export async function commitImport(world: World, read: Imported): Promise<Imported> {
  const started = await world.user.startCommit(read);
  if (started.status !== 202) throw new Error(JSON.stringify(started.body));
  const done = await runImportJob(world, "commit", started.body);
  if (done.state !== "committed") return done;
  world.imports.push(done.id);
  for (const id of await importedBy(world, done.id)) world.transactions.set(id, null);
  return done;
}

export async function importFile(world: World, which: number, file: number): Promise<Played> {
  const account = world.accounts[which];
  const { sent, read } = await readFile(world, account?.id ?? "", file);
  if (sent) return playedBy(sent);
  const done = await commitImport(world, read);
  if (done.state === "committed") return { status: 200, done: true };
  await forgetImport(world, done);
  return { status: 409, done: false, code: done.failure?.code ?? "" };
}

async function importedBy({ user }: World, importId: string): Promise<string[]> {
  const path = `/v1/transactions?importId=${importId}&state=all&limit=200`;
  const { body } = await user.get<{ items: readonly Transaction[] }>(path);
  return body.items.map(({ id }) => id);
}

/** Undefined when it is not committed any more. */
export async function undoImport(world: World, id: string): Promise<Imported | undefined> {
  const seen = await world.user.importOf(id);
  if (seen.state !== "committed") return undefined;
  const started = await world.user.startUndo(seen);
  if (started.status !== 202) return undefined;
  const done = await runImportJob(world, "undo", started.body);
  if (done.state === "undone") forget(world);
  return done;
}

export async function undo(world: World, which: number): Promise<Played | undefined> {
  const id = world.imports[which % Math.max(1, world.imports.length)];
  const done = id === undefined ? undefined : await undoImport(world, id);
  if (!done) return undefined;
  const { state, failure } = done;
  return state === "undone"
    ? { status: 200, done: true }
    : { status: 409, done: false, code: failure?.code ?? "" };
}
