import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { csvOf, importer } from "../../support/imports.ts";
import { createTestClock, openTestApp, type TestApp } from "../../support/test-app.ts";

const clock = createTestClock();
const day = 86_400;
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ clock });
});
afterAll(() => api.close());
const file = csvOf([["2026-03-01", "-1.00"]]);
const stateOf = async (id: string) => {
  const [row] = await api.sql<{ state: string; failure: { code: string } | null }[]>`
    select state, failure from ledger.imports where id = ${id}`;
  return row && [row.state, row.failure?.code ?? null];
};
const rowsOf = async (id: string) =>
  (await api.sql`select 1 from ledger.import_rows where import_id = ${id}`).length;
const purge = () => api.runJob("ledger.purge_imports");

describe("after a while", () => {
  test("an upload whose process died is forgotten, one that goes on is not", async () => {
    const user = await importer(api);
    const { id } = await user.upload(file, await user.addAccount("EUR"));
    await api.sql`update ledger.imports set state = 'uploading' where id = ${id}`;
    clock.advance(14 * 60);
    await purge();
    expect(await stateOf(id)).toEqual(["uploading", null]);
    clock.advance(2 * 60);
    await purge();
    expect(await stateOf(id)).toBeUndefined();
  });

  test("what nobody commits is forgotten after a month", async () => {
    const user = await importer(api);
    const { id } = await user.upload(file, await user.addAccount("EUR"));
    clock.advance(29 * day);
    await purge();
    expect(await stateOf(id)).toEqual(["ready", null]);
    clock.advance(2 * day);
    await purge();
    expect(await stateOf(id)).toBeUndefined();
  });

  test("the rows of what was committed go after a month; import and transactions stay", async () => {
    const user = await importer(api);
    const { id } = await user.commit(await user.upload(file, await user.addAccount("EUR")));
    expect(await rowsOf(id)).toBe(1);
    clock.advance(31 * day);
    await purge();
    expect(await rowsOf(id)).toBe(0);
    expect(await stateOf(id)).toEqual(["committed", null]);
  });

  test.each([
    ["reading", "failed"],
    ["committing", "ready"],
    ["undoing", "committed"],
  ])("what is %s and failed again and again is told to be %s", async (state, then) => {
    const user = await importer(api);
    const { id } = await user.upload(file, await user.addAccount("EUR"));
    await api.sql`update ledger.imports set state = ${state} where id = ${id}`;
    clock.advance(5 * 3600);
    await purge();
    expect(await stateOf(id)).toEqual([state, null]);
    clock.advance(2 * 3600);
    await purge();
    expect(await stateOf(id)).toEqual([then, "ledger.import_stuck"]);
  });
});
