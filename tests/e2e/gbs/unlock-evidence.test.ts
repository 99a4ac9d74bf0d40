import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { noId } from "../../support/debt-refusals.ts";
import { openEvidenceApp } from "../../support/evidence.ts";
import { putInState } from "../../support/gbs.ts";
import { type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { entriesOf, watch } from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let world: HandOverWorld;
beforeAll(async () => {
  api = await openEvidenceApp();
  world = await handOverWorld(api);
}, 180_000);
afterAll(() => api.close());

const code = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

/** Sealed, and in default. */
async function ready() {
  const made = await world.approved();
  const { key } = await world.seal(made);
  await world.declareDefault(made);
  return { ...made, key };
}

describe("201", () => {
  test("lets the lender watch from anywhere in it, and records what he saw", async () => {
    const made = await ready();
    const answer = await world.lender.unlock(made.debt.id, made.key.toLowerCase());
    expect(answer.status).toBe(201);
    expect(answer.headers.get("set-cookie")).toContain(
      `Path=/v1/evidence-media/${answer.body.playbackId};`,
    );
    const seen = await watch(api, answer.body, { range: "bytes=1000-1999" });
    expect(seen.status).toBe(206);
    expect(Buffer.from(await seen.arrayBuffer())).toEqual(
      Buffer.from(made.video.subarray(1000, 2000)),
    );
    api.clock.advance(601);
    expect((await watch(api, answer.body)).status).toBe(404);
    await api.runJob("gbs.end_playbacks");
    expect(await entriesOf(api, made.debt.id, "evidence_viewed")).toContainEqual({
      ...{ evidence: made.evidenceId, playback: answer.body.playbackId, ranges: [[1000, 1999]] },
    } as never);
  });

  test("also of a key that nobody has typed back, and after the debt was paid", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    await world.declareDefault(made);
    expect((await world.lender.unlock(made.debt.id, key)).status).toBe(201);
    await putInState(api, made.debt, "settled");
    expect((await world.lender.unlock(made.debt.id, key)).status).toBe(201);
  });
});

describe("404", () => {
  test("for strangers, and a debt that is not there", async () => {
    const { debt, key } = await ready();
    const ask = (user: typeof world.operator, id: string) =>
      user.post(`/v1/debts/${id}/evidence/playback`, { key });
    for (const answer of [
      await ask(world.pair.stranger, debt.id),
      await ask(world.operator, debt.id),
      await ask(world.pair.lender, noId),
    ])
      expect(code(answer)).toEqual([404, "gbs.debt_not_found"]);
  });
});

describe("409", () => {
  test("for the borrower", async () => {
    const { debt, key } = await ready();
    const answer = await world.pair.borrower.post(`/v1/debts/${debt.id}/evidence/playback`, {
      key,
    });
    expect(code(answer)).toEqual([409, "gbs.not_possible_now"]);
  });

  test.each(["active", "overdue", "settled", "cancelled"] as const)(
    "while no default is declared: the debt is %s, the key is right",
    async (state) => {
      const made = await world.approved();
      const { key } = await world.seal(made);
      await putInState(api, made.debt, state);
      const answer = await world.lender.unlock(made.debt.id, key);
      expect(code(answer)).toEqual([409, "gbs.not_possible_now"]);
      expect(answer.body.detail).toStartWith("The recording opens once a default is declared.");
      // Before a default no key is tried: nobody is told which one is right.
      expect(code(await world.lender.unlock(made.debt.id, "00000-00000-00000-00000"))).toEqual([
        ...[409, "gbs.not_possible_now"],
      ]);
    },
  );

  test("for a recording that is being destroyed", async () => {
    const made = await ready();
    await api.sql`update gbs.evidence set destroying_at = ${api.clock.now()} where id = ${made.evidenceId}`;
    expect(code(await world.lender.unlock(made.debt.id, made.key))).toEqual([
      409,
      "gbs.evidence_destroyed",
    ]);
  });
});

describe("422 and 429", () => {
  test("for a wrong key, however many try it at once, and for the right one too soon after", async () => {
    const { debt, key } = await ready();
    const tries = Array.from({ length: 8 }, () =>
      world.lender.unlock(debt.id, "00000-00000-00000-00000"),
    );
    const statuses = (await Promise.all(tries)).map(({ status }) => status).sort();
    expect(statuses).toEqual([422, ...Array(7).fill(429)]);
    expect((await world.lender.unlock(debt.id, key)).status).toBe(429);
    api.clock.advance(3);
    expect((await world.lender.unlock(debt.id, key)).status).toBe(201);
  });
});
