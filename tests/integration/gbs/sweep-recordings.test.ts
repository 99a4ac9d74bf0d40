import { afterAll, beforeAll, expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { piecesOf } from "../../support/disk-store.ts";
import { openEvidenceApp, videoFile } from "../../support/evidence.ts";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import { type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import type { TestApp } from "../../support/test-app.ts";

const storage = createFaultyStorage();
const retentionDays = 90;
let api: TestApp;
let world: HandOverWorld;
beforeAll(async () => {
  api = await openEvidenceApp({ storage: storage.open });
  world = await handOverWorld(api);
}, 180_000);
afterAll(() => api.close());

const keysOf = async (part: string) =>
  (await storage.keys()).filter((key) => key.startsWith("evidence/") && key.includes(part));
const put = (key: string) => storage.objects().put(key, piecesOf("left"));
/** As if it had been stored so long before the application's own time. */
function age(key: string, days: number): void {
  const at = new Date(Date.parse(api.clock.now()) - days * 86_400_000);
  utimesSync(join(api.dataDir, "objects", key), at, at);
}

test("deletes what lies there of recordings that nobody knows once none is kept so long, and nothing of those that are known", async () => {
  const { pair } = world;
  const submitted = await world.submitted();
  const sealed = await world.approved();
  await world.seal(sealed);
  const { id: debtId } = await pair.accepted();
  const open = await pair.recorder.begin(debtId, (await videoFile("plain.mp4")).length);
  const { id: otherDebtId } = await pair.accepted();
  const given = await pair.recorder.begin(otherDebtId, 100_000);
  expect((await pair.recorder.tus("DELETE", `/v1/evidence-uploads/${given.id}`)).status).toBe(204);
  await api.runJob("gbs.sweep_uploads");

  const unknown = crypto.randomUUID();
  const late = `evidence/${otherDebtId}/${given.id}/000001`;
  const beforeRestore = `evidence/${debtId}/${unknown}/000000`;
  const young = `evidence/${debtId}/${crypto.randomUUID()}/000000`;
  const rescued = `evidence/${debtId}/${crypto.randomUUID()}`;
  const stored = `evidence/${debtId}/${open.id}/000000`;
  const strange = "evidence/notes/readme";
  const made = [late, beforeRestore, young, `${rescued}/000000`, `${rescued}/header-ab`];
  for (const key of [...made, stored, strange]) await put(key);
  for (const key of await keysOf("")) age(key, retentionDays + 1);
  for (const key of [young, `${rescued}/header-ab`]) age(key, retentionDays - 1);
  const before = await keysOf("");
  expect(await keysOf(submitted.evidenceId)).not.toBeEmpty();
  expect((await keysOf(sealed.evidenceId)).length).toBeGreaterThan(1);

  await api.runJob("gbs.sweep_recordings");
  expect(await keysOf("")).toEqual(before.filter((key) => key !== late && key !== beforeRestore));

  age(`${rescued}/header-ab`, retentionDays + 1);
  await api.runJob("gbs.sweep_recordings");
  expect(await keysOf(rescued)).toEqual([]);
  expect(await keysOf(sealed.evidenceId)).not.toBeEmpty();
});
