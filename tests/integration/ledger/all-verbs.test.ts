import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { reopen } from "../../support/ledger-book-verbs.ts";
import { importPlanRates } from "../../support/ledger-budget-truth.ts";
import {
  commitImport,
  forgetImport,
  readFile,
  undoImport,
} from "../../support/ledger-import-verbs.ts";
import { anyStep, anyWritten, everyVerb } from "../../support/ledger-plans.ts";
import { digestOf, expectTruth, standingOf } from "../../support/ledger-truths.ts";
import { perform } from "../../support/ledger-verbs.ts";
import { forget, openWorld, type World } from "../../support/ledger-world.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ environment: { READS_PER_MINUTE: "1000000", DEFAULT_PLAN: "plus" } });
  await importPlanRates(api);
});
afterAll(() => api.close());

const refusals = [404, 409, 412, 422];

type Closed = { readonly through: string; readonly digest: string };
async function expectUntouched(world: World, closed: readonly Closed[]): Promise<void> {
  for (const { through, digest } of closed) expect(await digestOf(world, through)).toBe(digest);
}

/** Opens everything and undoes every import; then a file that is imported twice and undone leaves all as it was. */
async function expectUndone(world: World): Promise<void> {
  const { user, accounts } = world;
  await reopen(world);
  for (const { id } of accounts) {
    const { body, status } = await user.get<{ version: number }>(`/v1/accounts/${id}`);
    const seen = { "if-match": `"${body.version}"` };
    if (status === 200) await user.delete(`/v1/accounts/${id}/archival`, undefined, seen);
  }
  const others = (await standingOf(world)).standing.filter(({ importId }) => importId === null);
  for (const id of world.imports) await undoImport(world, id);
  const before = await standingOf(world);
  expect(before.standing).toEqual(others);

  const account = await user.addAccount("EUR");
  world.accounts.push({ id: account, currency: "EUR" });
  const after = async () => {
    const { standing, balances } = await standingOf(world);
    return { standing, balances: balances.filter(([id]) => id !== account) };
  };
  for (const file of [0, 2]) {
    const { read } = await readFile(world, account, file);
    if (!read) throw new Error("a file was not taken");
    const done = await commitImport(world, read);
    expect([done.state, done.counts?.duplicate]).toEqual(["committed", 0]);
    const again = await readFile(world, account, file);
    expect(again.read?.counts?.new).toBe(0);
    if (again.read) await forgetImport(world, again.read);
    expect((await undoImport(world, done.id))?.state).toBe("undone");
  }
  expect(await after()).toEqual(before);
}

test("any sequence of all verbs keeps every truth of a book, and what is refused changes nothing", async () => {
  const done = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyStep({ reopen: true }), { minLength: 15, maxLength: 35, size: "max" }),
      async (plan) => {
        const world = await openWorld(api);
        let closed: Closed[] = [];
        for (const step of plan) {
          const before = await digestOf(world);
          if (step.do === "reopen") await expectUntouched(world, closed);
          const played = await perform(world, step);
          if (played && !played.done) {
            expect(refusals).toContain(played.status);
            expect([step, played, await digestOf(world)]).toEqual([step, played, before]);
          }
          if (!played?.done) continue;
          done.add(step.do);
          if (step.do === "reopen") closed = [];
          if (step.do === "close")
            closed.push({ through: step.day, digest: await digestOf(world, step.day) });
        }
        await expectUntouched(world, closed);
        await expectTruth(world);
        await expectUndone(world);
        await expectTruth(world);
      },
    ),
    // What fails is told as it is: to make it smaller would take longer than the test may.
    { numRuns: 10, endOnFailure: true, examples: [[[...everyVerb]]] },
  );
  // Plans of nothing but refusals prove nothing.
  expect([...done].toSorted()).toEqual(everyVerb.map((step) => step.do as string).toSorted());
}, 600_000);

test("20 at once keep every truth of a book, and nothing that was closed changes", async () => {
  const lane = fc.array(anyStep({ reopen: false }), { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyWritten, { minLength: 3, maxLength: 6 }),
      fc.array(lane, { minLength: 20, maxLength: 20 }),
      async (first, lanes) => {
        const world = await openWorld(api);
        for (const written of first) await perform(world, { do: "record", written });
        await perform(world, { do: "import", which: 0, file: 2 });
        const closed: Closed[] = [];
        const play = async (steps: typeof lane extends fc.Arbitrary<infer T> ? T : never) => {
          for (const step of steps) {
            const played = await perform(world, step);
            if (played && !played.done) expect(refusals).toContain(played.status);
            if (!played?.done || step.do !== "close") continue;
            closed.push({ through: step.day, digest: await digestOf(world, step.day) });
          }
        };
        await Promise.all(lanes.map(play));
        forget(world);
        await expectUntouched(world, closed);
        await expectTruth(world);
        await expectUndone(world);
        await expectTruth(world);
      },
    ),
    { numRuns: 6, endOnFailure: true },
  );
}, 600_000);
