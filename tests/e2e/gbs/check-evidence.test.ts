import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { noId } from "../../support/debt-refusals.ts";
import { openEvidenceApp } from "../../support/evidence.ts";
import { type Approved, type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { entriesOf } from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let world: HandOverWorld;
beforeAll(async () => {
  api = await openEvidenceApp();
  world = await handOverWorld(api);
}, 180_000);
afterAll(() => api.close());

const code = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
const path = (id: string) => `/v1/debts/${id}/evidence/integrity-checks`;

/** The file of the only segment of a short recording. */
function segmentOf({ evidenceId }: Approved): string {
  const below = readdirSync(api.dataDir, { recursive: true, withFileTypes: true });
  const found = below.find(
    (one) => one.isFile() && join(one.parentPath, one.name).includes(`${evidenceId}/000000`),
  );
  if (!found) throw new Error("a segment is not on the disk");
  return join(found.parentPath, found.name);
}
function flip(file: string, place: number): void {
  const bytes = readFileSync(file);
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}
const weekSeconds = 7 * 86_400 + 1;

describe("202", () => {
  test("for both parties: what is stored is what was submitted", async () => {
    const made = await world.approved();
    for (const user of [world.pair.lender, world.pair.borrower]) {
      const answer = await user.post(path(made.debt.id));
      expect(answer.status).toBe(202);
      expect<unknown>(answer.body).toEqual({
        ...{ evidenceId: made.evidenceId, orderedAt: api.clock.now() },
      });
    }
    await api.mails.run();
    expect((await world.item(made)).integrity).toEqual({
      checkedAt: api.clock.now(),
      intact: true,
    });
    expect(await entriesOf(api, made.debt.id, "evidence_damaged")).toEqual([]);
  });

  test("once, for repeats with the same Idempotency-Key", async () => {
    const made = await world.approved();
    const check = () =>
      world.pair.lender.post(path(made.debt.id), undefined, { "idempotency-key": "check" });
    const [first, second] = [await check(), await check()];
    expect([first.status, second.status, second.body]).toEqual([202, 202, first.body]);
  });

  test("finds a flipped byte, says so to both and in the log, once", async () => {
    const made = await world.approved();
    await world.seal(made);
    flip(segmentOf(made), 12_345);
    for (let round = 0; round < 2; round += 1) {
      await world.lender.check(made.debt.id);
      await api.mails.run();
      expect((await world.item(made)).integrity?.intact).toBe(false);
    }
    expect(await entriesOf(api, made.debt.id, "evidence_damaged")).toEqual([
      { evidence: made.evidenceId },
    ] as never);
    for (const { user } of [world.pair.lender, world.pair.borrower]) {
      const subjects = (await api.mails.to(user.address)).map(({ subject }) => subject);
      expect(subjects.filter((one) => one.startsWith("Stored video damaged"))).toHaveLength(1);
    }
    const errors = api
      .logLines()
      .filter((line) => JSON.stringify(line).includes("not what was submitted"));
    expect(errors).toHaveLength(1);
    flip(segmentOf(made), 12_345);
    api.clock.advance(86_400);
    await world.lender.check(made.debt.id);
    await api.mails.run();
    expect((await world.item(made)).integrity?.intact).toBe(true);
  });
});

describe("the job of each hour", () => {
  test("looks at what nobody has looked at for a week, and finds every change", async () => {
    const made = [await world.approved(), await world.approved(), await world.approved()];
    const [whole, flipped, short] = made;
    if (!whole || !flipped || !short) throw new Error("three were made");
    await api.runJob("gbs.check_recordings");
    expect((await world.item(whole)).integrity).toBeNull();
    api.clock.advance(weekSeconds);
    flip(segmentOf(flipped), 0);
    const bytes = readFileSync(segmentOf(short));
    writeFileSync(segmentOf(short), bytes.subarray(0, bytes.length - 1));
    await api.runJob("gbs.check_recordings");
    const found = await Promise.all(made.map((one) => world.item(one)));
    expect(found.map(({ integrity }) => integrity?.intact)).toEqual([true, false, false]);
    const checks = await api.sql`select id from gbs.integrity_checks`;
    await api.runJob("gbs.check_recordings");
    expect(await api.sql`select id from gbs.integrity_checks`).toHaveLength(checks.length);
  });
});

describe("404", () => {
  test("for strangers, and a debt that is not there", async () => {
    const made = await world.approved();
    for (const answer of [
      await world.pair.stranger.post(path(made.debt.id)),
      await world.operator.post(path(made.debt.id)),
      await world.pair.lender.post(path(noId)),
    ])
      expect(code(answer)).toEqual([404, "gbs.debt_not_found"]);
  });
});

describe("409", () => {
  test("where nothing is kept", async () => {
    const { id } = await world.pair.accepted({ plan: undefined, dueOn: "2030-01-01" });
    expect(code(await world.lender.check(id))).toEqual([409, "gbs.not_possible_now"]);
  });
});

describe("429", () => {
  test("for a third in a day", async () => {
    const made = await world.approved();
    expect((await world.lender.check(made.debt.id)).status).toBe(202);
    expect((await world.pair.borrower.post(path(made.debt.id))).status).toBe(202);
    const refused = await world.lender.check(made.debt.id);
    expect(code(refused)).toEqual([429, "limit.exceeded"]);
    expect(refused.body).toMatchObject({ detail: expect.stringContaining("2 times a day") });
  });
});
