import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openReportsApp, type Reporter, reporter, runReportJobs } from "../../support/reports.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let user: Reporter;
beforeAll(async () => {
  api = await openReportsApp();
  user = await reporter(api);
});
afterAll(() => api.close());
function objects(): number {
  const directory = join(api.dataDir, "objects");
  if (!existsSync(directory)) return 0;
  const found = readdirSync(directory, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).length;
}

describe("DELETE /v1/reports/{id}", () => {
  test("204: with all of its files", async () => {
    const before = objects();
    const made = await user.make({ formats: ["csv", "md"] });
    expect(objects()).toBe(before + 4);
    expect((await user.remove(made)).status).toBe(204);
    expect(objects()).toBe(before);
    expect((await user.get(`/v1/reports/${made.id}`)).status).toBe(404);
    expect((await user.file(made, "files/csv")).response.status).toBe(404);
  });

  test("204: also while it is queued; it is never made", async () => {
    const { body: queued } = await user.request();
    expect((await user.remove(queued)).status).toBe(204);
    expect(await runReportJobs(api)).toEqual([]);
  });

  test("404: another user's report, and one that is deleted", async () => {
    const made = await user.make();
    const other = await reporter(api);
    expect((await other.remove(made)).body.code).toBe("reports.report_not_found");
    expect((await user.remove(made)).status).toBe(204);
    expect((await user.remove(made)).status).toBe(404);
  });

  test("412: another version; 428: none", async () => {
    const made = await user.make();
    expect((await user.remove({ ...made, version: 1 })).status).toBe(412);
    expect((await user.delete(`/v1/reports/${made.id}`)).status).toBe(428);
  });
});
