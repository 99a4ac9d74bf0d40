import { afterAll, beforeAll, expect, test } from "bun:test";
import { fetchShared, openShared, sharer } from "../../support/report-shares.ts";
import { openReportsApp } from "../../support/reports.ts";
import { openStoredBytes, type StoredBytes } from "../../support/stored-bytes.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let stored: StoredBytes;
beforeAll(async () => {
  api = await openReportsApp({ environment: { LOG_LEVEL: "trace" } });
  stored = openStoredBytes(api.databases);
});
afterAll(async () => {
  await stored.close();
  await api.close();
});

test("neither what opens a link nor who opened it lies readable in a table, a log line or the write-ahead log", async () => {
  const password = "marker-quiet-harbour-1923";
  const wrong = "marker-wrong-harbour-2042";
  const owner = await sharer(api);
  const share = await owner.share({
    ...{ password, label: "label-that-is-kept" },
    recipient: { name: "Ayşe Demir", address: "ayse.marker@example.org" },
  });
  const client = "203.0.113.211";
  await openShared(api, { token: share.token, password: wrong }, client);
  expect((await openShared(api, { ...share, password }, client)).status).toBe(200);
  expect((await fetchShared(api, { ...share, password, format: "csv" }, client)).status).toBe(200);
  // The mail waits, sealed.
  const waiting = await stored.rows();
  expect((await api.mails.linkFor("ayse.marker@example.org")).href).toBe(share.url);
  const rows = `${waiting}\n${await stored.rows()}`;
  const lines = api.logLines().map((line) => JSON.stringify(line));
  expect(rows).toContain("label-that-is-kept");
  for (const secret of [share.token, password, wrong, "ayse.marker@example.org"]) {
    expect([secret, rows.includes(secret)]).toEqual([secret, false]);
    expect([secret, lines.filter((line) => line.includes(secret))]).toEqual([secret, []]);
    expect([secret, await stored.isInWal(secret)]).toEqual([secret, false]);
  }
  expect(rows).not.toContain(client);
});
