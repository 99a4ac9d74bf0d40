import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { piecesOf } from "../../support/disk-store.ts";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import { type DebtPair, debtPair, openDebtsApp } from "../../support/gbs.ts";
import type { TestApp } from "../../support/test-app.ts";

const storage = createFaultyStorage();
let api: TestApp;
let pair: DebtPair;
beforeAll(async () => {
  api = await openDebtsApp({ storage: storage.open });
  pair = await debtPair(api);
}, 180_000);
afterAll(() => api.close());

const sweep = () => api.runJob("gbs.sweep_documents");
const put = (key: string) => storage.objects().put(key, piecesOf("left"));
/** As if it had been stored so long before the application's own time. */
function age(key: string, hours: number): void {
  const at = new Date(Date.parse(api.clock.now()) - hours * 3_600_000);
  utimesSync(join(api.dataDir, "objects", key), at, at);
}

describe("the daily sweep of documents", () => {
  test("deletes files that no row refers to once they are a day old, and no other", async () => {
    const debt = await pair.active();
    const [made] = await storage.objects().list(`debts/${debt.id}/`, { limit: 10 });
    if (!made) throw new Error("the debt has no agreement");
    const left = `debts/${debt.id}/agreement-1/left.pdf`;
    const late = `debts/${debt.id}/agreement-2/late.pdf`;
    const stranger = `debts/${crypto.randomUUID()}/agreement-1/gone.pdf`;
    const fresh = `debts/${debt.id}/agreement-2/fresh.pdf`;
    const others = ["reports/a/b", "evidence/a/b"];
    for (const key of [left, late, stranger, fresh, ...others]) await put(key);
    for (const key of [made.key, left, late, stranger, ...others]) age(key, 25);
    age(fresh, 23);
    await sweep();
    const kept = await storage.keys();
    expect(kept.toSorted()).toEqual([made.key, fresh, ...others].toSorted());
  });

  test("stops when it is told to, and goes on the next time", async () => {
    const left = `debts/${crypto.randomUUID()}/agreement-1/left.pdf`;
    await put(left);
    age(left, 25);
    const stopped = new AbortController();
    stopped.abort();
    await api.runJob("gbs.sweep_documents", {}, stopped.signal);
    expect(await storage.keys()).toContain(left);
    await sweep();
    expect(await storage.keys()).not.toContain(left);
  });
});
