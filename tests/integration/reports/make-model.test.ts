import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LedgerApi } from "#modules/ledger/contract";
import { createDocumentFiles } from "#modules/reports/gateways/document-files";
import { jsonLines } from "#modules/reports/gateways/json-lines";
import { makeModel } from "#modules/reports/use-cases/make-model";
import { coverageKeyOf, modelKeyOf } from "#modules/reports/use-cases/object-keys";
import { createDocumentRenderer } from "#platform/documents/renderer";
import { systemContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import { systemIds } from "#platform/system";
import { type DiskStore, openDiskStore } from "../../support/disk-store.ts";
import { type LedgerUser, ledgerUser } from "../../support/ledger.ts";
import { reportPlan, reportScales } from "../../support/report-models.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const ctx = systemContext("test:make-model", "test");
const directory = mkdtempSync(join(tmpdir(), "fintrack-model-"));
let api: TestApp;
let user: LedgerUser;
let store: DiskStore;
let files = 0;
beforeAll(async () => {
  api = await openTestApp();
  user = await ledgerUser(api);
  store = openDiskStore();
});
afterAll(async () => {
  await api.close();
  store.remove();
  rmSync(directory, { recursive: true });
});
const spend = async () =>
  user.record({
    ...{ kind: "expense", date: "2026-09-03", accountId: await user.addAccount("EUR") },
    amount: { amount: "1.00", currency: "EUR" },
  });

/** With a ledger that does something before it answers a question. */
function make(before: Partial<Record<keyof LedgerApi, () => Promise<unknown>>>) {
  const { identity, ledger } = api.app.ports;
  const questions = Object.entries(before).map(([name, first]) => [
    name,
    async (...args: unknown[]) => {
      await first();
      return Reflect.apply(ledger[name as keyof LedgerApi], ledger, args);
    },
  ]);
  const run = { id: systemIds.next(), attempt: systemIds.next() };
  files += 1;
  const scratch = {
    path: (name: string) => join(directory, `${files}-${name}`),
    close: async () => {},
  };
  const watched = {
    signal: new AbortController().signal,
    isOver: () => false,
    progress: () => {},
    stop: () => {},
  };
  const book = { userId: user.user.id, bookId: user.bookId };
  const made = makeModel(
    {
      ...{ clock: api.clock, identity, scales: reportScales, objects: store, jsonLines },
      ledger: { ...ledger, ...Object.fromEntries(questions) },
      documents: createDocumentFiles(createDocumentRenderer()),
    },
    ctx,
    reportPlan(book, { type: "transactions" }),
    { run, scratch, watched },
  );
  return { run, made };
}

test("a book that changes each time that it is read makes no model, after three readings", async () => {
  let readings = 0;
  const { made } = make({
    coverageOf: async () => {
      readings += 1;
      await spend();
    },
  });
  const error = await made.catch((thrown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: "reports.book_keeps_changing", meta: { readings: 3 } });
  expect(readings).toBe(3);
});

test("one that changes once is read again: model, digest and what was kept are of one state", async () => {
  let changes = 0;
  const { run, made } = make({
    coveragePage: async () => {
      if (changes++ === 0) await spend();
    },
  });
  const { bookRevision, coverage, fingerprint } = await made;
  const scope = { userId: user.user.id, bookId: user.bookId, accountIds: null };
  const days = { from: "2026-01-01", to: "2026-12-31" } as never as { from: never; to: never };
  const now = await api.app.ports.ledger.coverageOf(ctx, { ...scope, ...days });
  expect({ bookRevision, digest: coverage }).toEqual(now);
  const kept = Buffer.from((await store.bytes(coverageKeyOf(run))) ?? []).toString();
  const { items } = await api.app.ports.ledger.coveragePage(ctx, { ...scope, ...days, limit: 100 });
  expect(
    kept
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([...items]);
  const model = await store.bytes(modelKeyOf(run));
  expect(new Bun.CryptoHasher("sha256").update(model ?? "").digest("hex")).toBe(fingerprint);
});
