import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { openEvidenceApp } from "../../support/evidence.ts";
import { debtUser } from "../../support/gbs.ts";
import { type Approved, type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { entriesOf, storageOf } from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let world: HandOverWorld;
beforeAll(async () => {
  api = await openEvidenceApp();
  world = await handOverWorld(api);
}, 180_000);
afterAll(() => api.close());

const daySeconds = 86_400;
const because = { reason: "A court has asked for it." };
/** All that is kept of a recording: its bytes, and what opens them. */
async function left({ debt, evidenceId }: Approved) {
  const { objects, volatile } = storageOf(api);
  const headers = await api.sql`select 1 from gbs.lender_headers where evidence_id = ${evidenceId}`;
  const stored = await objects.list(`evidence/${debt.id}/${evidenceId}/`, { limit: 10 });
  const beside = stored.filter(({ key }) => key.includes("/header-"));
  return {
    segments: stored.length - beside.length,
    keptHeaders: beside.length,
    reviewHeaders: (await volatile.list(`evidence/${evidenceId}/`, { limit: 10 })).length,
    lenderHeaders: headers.length,
  };
}
const nothing = { segments: 0, keptHeaders: 0, reviewHeaders: 0, lenderHeaders: 0 };
const destroy = async () => {
  await api.runJob("gbs.destroy_evidence");
  await api.mails.run();
};
/** By agreement of both, which ends the debt. */
async function cancelled(made: Approved): Promise<void> {
  const { lender, borrower } = world.pair;
  await lender.done(made.debt.id, "cancellations", { reason: "We are even." });
  const { openCancellation } = await borrower.debt(made.debt.id);
  await borrower.done(made.debt.id, `cancellations/${openCancellation?.id}/acceptance`);
}

describe("a recording that bound a debt", () => {
  test("is kept for 90 days after the debt's end, and destroyed then with all that opens it", async () => {
    const made = await world.approved();
    await world.seal(made);
    await cancelled(made);
    api.clock.advance(90 * daySeconds - 1);
    await destroy();
    expect(await left(made)).toEqual({ ...nothing, segments: 1, keptHeaders: 1, lenderHeaders: 1 });
    api.clock.advance(1);
    await destroy();
    expect(await left(made)).toEqual(nothing);
    expect(await world.item(made)).toMatchObject({ access: "destroyed" });
    expect(await entriesOf(api, made.debt.id, "evidence_destroyed")).toEqual([
      { evidence: made.evidenceId, reason: "retention_over" },
    ] as never);
    for (const { user } of [world.pair.lender, world.pair.borrower])
      expect((await api.mails.newest(user.address)).subject).toStartWith("Deleted: a video");
    await destroy();
    expect(await entriesOf(api, made.debt.id, "evidence_destroyed")).toHaveLength(1);
  });

  test("takes with it what the server could open it with, when it was never sealed", async () => {
    const made = await world.approved();
    await world.reveal(made);
    await cancelled(made);
    api.clock.advance(90 * daySeconds);
    await destroy();
    expect(await left(made)).toEqual(nothing);
  });

  test("stays while a dispute is open, which its borrower can take back after the end as well", async () => {
    const made = await world.approved();
    const { borrower } = world.pair;
    const reason = "I was not myself.";
    const { openDispute } = await borrower.done(made.debt.id, "disputes", { reason });
    await cancelled(made);
    api.clock.advance(200 * daySeconds);
    await destroy();
    expect((await left(made)).segments).toBe(1);
    expect((await borrower.debt(made.debt.id)).possible).toEqual(["withdraw_dispute"]);
    await borrower.done(made.debt.id, `disputes/${openDispute?.id}/withdrawal`);
    await destroy();
    expect(await left(made)).toEqual(nothing);
  });
});

describe("a legal hold", () => {
  test("keeps a recording until its end is confirmed, and a take that came back as well", async () => {
    const admins = await Promise.all([1, 2].map(() => debtUser(api, { roles: ["admin"] })));
    const [one, other] = admins;
    if (!one || !other) throw new Error("two admins");
    const [kept, back] = [await world.approved(), await world.submitted()];
    const holds: string[] = [];
    for (const { debt } of [kept, back]) {
      const path = `/v1/admin/gbs/debts/${debt.id}/legal-holds`;
      const { id } = (await one.post<{ id: string }>(path, because)).body;
      expect((await other.post(`/v1/admin/gbs/legal-holds/${id}/confirmation`)).status).toBe(200);
      holds.push(id);
    }
    await world.decided(back.evidenceId, "send_back");
    await cancelled(kept);
    api.clock.advance(100 * daySeconds);
    await destroy();
    for (const made of [kept, back]) expect((await left(made)).segments).toBe(1);
    for (const id of holds) {
      const path = `/v1/admin/gbs/legal-holds/${id}`;
      expect((await one.post(`${path}/release`, because)).status).toBe(200);
      await destroy();
      for (const made of [kept, back]) expect((await left(made)).segments).toBe(1);
    }
    for (const id of holds)
      await other.post(`/v1/admin/gbs/legal-holds/${id}/release-confirmation`);
    await destroy();
    for (const made of [kept, back]) expect(await left(made)).toEqual(nothing);
  });
});

describe("a recording that binds nothing", () => {
  test.each(["send_back", "refuse"])("is destroyed at once after %s", async (decision) => {
    const made = await world.submitted();
    await world.decided(made.evidenceId, decision);
    await destroy();
    expect(await left(made)).toEqual(nothing);
    const [entry] = await entriesOf(api, made.debt.id, "evidence_destroyed");
    expect<unknown>(entry?.["reason"]).toBe(decision === "refuse" ? "refused" : "sent_back");
  });

  test("is destroyed at once when its debt ends before the decision", async () => {
    const made = await world.submitted();
    await cancelled(made);
    await destroy();
    expect(await left(made)).toEqual(nothing);
    const [entry] = await entriesOf(api, made.debt.id, "evidence_destroyed");
    expect<unknown>(entry?.["reason"]).toBe("dropped");
  });
});

describe("reminders of keys", () => {
  const reminders = async () =>
    (await api.mails.to(world.pair.lender.user.address)).filter(({ subject }) =>
      subject.startsWith("Still open: your key"),
    ).length;

  test("come after 7 and 28 days, until the key was typed back; after 30 both see that it is not sealed", async () => {
    const [made, typed] = [await world.approved(), await world.approved()];
    await world.seal(typed);
    const remind = async () => {
      await api.runJob("gbs.remind_keys");
      return reminders();
    };
    expect(await remind()).toBe(0);
    api.clock.advance(7 * daySeconds);
    expect([await remind(), await remind()]).toEqual([1, 1]);
    api.clock.advance(21 * daySeconds);
    expect([await remind(), await remind()]).toEqual([2, 2]);
    expect((await world.item(made)).access).toBe("review");
    api.clock.advance(2 * daySeconds);
    expect((await world.item(made)).access).toBe("not_sealed");
    const { items } = await world.pair.evidenceOf(world.pair.borrower, made.debt.id);
    expect(items[0]?.access).toBe("not_sealed");
    await world.seal(made);
    expect((await world.item(made)).access).toBe("sealed");
  });
});
