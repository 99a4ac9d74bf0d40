import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { DebtEvidence } from "#modules/gbs/contract";
import { debtUser, loggedOf, openDebtsApp } from "../../support/gbs.ts";
import { authorized, signIn } from "../../support/identity.ts";
import {
  entriesOf,
  fullChecklist,
  played,
  type ReviewWorld,
  reviewed,
  reviewWorld,
  type Submitted,
  watch,
} from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let world: ReviewWorld;
beforeAll(async () => {
  api = await openDebtsApp();
  world = await reviewWorld(api);
});
afterAll(() => api.close());

/** Claimed and opened by the first operator. */
async function opened(): Promise<
  Submitted & { readonly started: { playbackId: string; token: string } }
> {
  const submitted = await world.submitted();
  await world.first.claim(submitted.id);
  const { status, body } = await world.first.play(submitted.id);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return { ...submitted, started: body };
}

describe("200", () => {
  test("an approval binds the debt, and the log says what was watched before it", async () => {
    const { id, debtId, started } = await opened();
    await watch(api, started, { range: "bytes=0-999" }).then((response) => response.arrayBuffer());
    await watch(api, started, { range: "bytes=500-1999" }).then((response) =>
      response.arrayBuffer(),
    );
    const { status, body } = await world.first.decide(id, "approve");
    expect([status, body.state, body.claim]).toEqual([200, "approved", null]);
    expect(body.decidedAt).toBe(api.clock.now());
    expect(body.decisions).toMatchObject([{ evidenceId: id, decision: "approve", reason: null }]);
    expect((await world.pair.lender.debt(debtId)).state).toBe("active");
    const logged = await loggedOf(api, { id: debtId });
    expect(logged.slice(-4)).toEqual([
      ...["review_begun", "evidence_opened", "evidence_viewed", "evidence_approved"],
    ]);
    expect(await entriesOf(api, debtId, "evidence_viewed")).toEqual([
      { evidence: id, playback: started.playbackId, ranges: [[0, 1999]] },
    ]);
    expect(await entriesOf(api, debtId, "evidence_approved")).toMatchObject([
      { evidence: id, checklist: fullChecklist },
    ]);
    const [row] = await api.sql`select * from gbs.evidence where id = ${id}`;
    expect(row).toMatchObject({ state: "approved", destroy_after: null });
    expect(row?.["seal_expected_by"]).not.toBeNull();
  });

  test("afterwards nothing of it is shown to operators", async () => {
    const { id, started } = await opened();
    const before = await watch(api, started);
    expect(before.status).toBe(200);
    await before.body?.cancel();
    await world.first.decide(id, "approve");
    expect((await watch(api, started)).status).toBe(404);
    expect((await world.first.play(id)).status).toBe(409);
    expect((await world.first.claim(id)).status).toBe(409);
    const [keys] = await api.sql`
      select count(*)::int as left from gbs.playback_keys where playback_id = ${started.playbackId}`;
    expect(keys?.["left"]).toBe(0);
  });

  test("what comes back is counted, destroyed, and asked for again", async () => {
    const { id, debtId } = await opened();
    const checklist = { ...fullChecklist, wordsMatch: false };
    const { status, body } = await world.first.decide(id, "send_back", { checklist });
    expect([status, body.state]).toEqual([200, "sent_back"]);
    expect(body.decisions).toMatchObject([{ reason: "The third word cannot be understood." }]);
    const debt = await world.pair.borrower.debt(debtId);
    expect(debt.state).toBe("sent_back");
    expect(debt.possible).toContain("submit_evidence");
    const [row] = await api.sql`
      select e.destroy_after = e.decided_at as doomed, d.send_backs
      from gbs.evidence e join gbs.debts d on d.id = e.debt_id where e.id = ${id}`;
    expect(row).toEqual({ doomed: true, send_backs: 1 });
    const [entry] = await entriesOf(api, debtId, "evidence_sent_back");
    expect(entry).toMatchObject({ checklist, reason: { sha256: expect.any(String) } });
    expect(entry).not.toHaveProperty("lost");
    const again = await world.again({ ...(await world.submitted()), debtId });
    expect((await world.first.item(again.id)).body.decisions).toMatchObject([{ evidenceId: id }]);
  });

  test("its parties read why, and the borrower gets another sentence to say", async () => {
    const { id, debtId } = await opened();
    const before = await world.pair.borrower.get<DebtEvidence>(`/v1/debts/${debtId}/evidence`);
    await world.first.decide(id, "send_back");
    for (const party of [world.pair.lender, world.pair.borrower]) {
      const { body } = await party.get<DebtEvidence>(`/v1/debts/${debtId}/evidence`);
      expect(body.items).toMatchObject([
        { id, state: "sent_back", reason: "The third word cannot be understood." },
      ]);
    }
    const { body } = await world.pair.borrower.get<DebtEvidence>(`/v1/debts/${debtId}/evidence`);
    expect(body.sentence?.words).toHaveLength(4);
    expect(body.sentence?.id).not.toBe(before.body.sentence?.id ?? id);
    expect((await loggedOf(api, { id: debtId })).slice(-2)).toEqual([
      ...["evidence_sent_back", "sentence_drawn"],
    ]);
  });

  test("a refusal ends the debt, and both are told why", async () => {
    const { id, debtId } = await opened();
    await world.first.decide(id, "refuse", { reason: "Somebody else is seen." });
    for (const party of [world.pair.lender, world.pair.borrower]) {
      const debt = await party.debt(debtId);
      expect([debt.state, debt.endedAt]).toEqual(["refused", api.clock.now()]);
    }
  });

  test("a recording that is lost here goes back as often as need be, and is not counted", async () => {
    const { id, debtId } = await opened();
    await world.storage.volatile.delete([`evidence/${id}/review-header`]);
    await api.sql`update gbs.debts set send_backs = 3 where id = ${debtId}`;
    expect((await world.first.play(id)).body).toMatchObject({ code: "gbs.evidence_damaged" });
    expect((await world.first.decide(id, "approve")).body.code).toBe("gbs.evidence_damaged");
    const { status } = await world.first.decide(id, "send_back");
    expect(status).toBe(200);
    const [row] = await api.sql`select send_backs, state from gbs.debts where id = ${debtId}`;
    expect(row).toEqual({ send_backs: 3, state: "sent_back" });
    expect(await entriesOf(api, debtId, "evidence_sent_back")).toMatchObject([{ lost: true }]);
  });

  test("the same key does it once", async () => {
    const { id, debtId, started } = await opened();
    await watch(api, started, { range: "bytes=0-9" });
    const body = { decision: "approve", checklist: fullChecklist };
    const key = { "idempotency-key": crypto.randomUUID() };
    const path = `/v1/admin/evidence/${id}/decision`;
    const first = await world.operator.post(path, body, key);
    const second = await world.operator.post(path, body, key);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(await entriesOf(api, debtId, "evidence_approved")).toHaveLength(1);
  });

  test("of two decisions at once exactly one is made", async () => {
    for (let round = 0; round < 3; round += 1) {
      const { id, debtId } = await opened();
      const answers = await Promise.all([
        world.first.decide(id, "approve"),
        world.first.decide(id, "refuse"),
        world.first.decide(id, "send_back"),
      ]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
      const kinds = await loggedOf(api, { id: debtId });
      const decided = kinds.filter((kind) =>
        ["evidence_approved", "evidence_refused", "evidence_sent_back"].includes(kind),
      );
      expect(decided).toHaveLength(1);
      expect(kinds.filter((kind) => kind === "evidence_viewed")).toHaveLength(1);
    }
  });
});

describe("409", () => {
  test("for whoever has not claimed it, or no longer", async () => {
    const { id } = await world.submitted();
    expect((await world.first.decide(id, "approve")).body.code).toBe("gbs.not_claimed");
    await world.first.claim(id);
    await world.first.play(id);
    expect((await world.other.decide(id, "refuse")).body.code).toBe("gbs.claimed_by_another");
    api.clock.advance(1_800);
    expect((await world.first.decide(id, "approve")).body.code).toBe("gbs.not_claimed");
  });

  test("for an approval of what was not watched in this review", async () => {
    const { id } = await world.submitted();
    await world.first.claim(id);
    expect((await world.first.decide(id, "approve")).body.code).toBe("gbs.not_watched");
    await played(api, world.first, id);
    await world.first.giveBack(id);
    await world.first.claim(id);
    expect((await world.first.decide(id, "approve")).body.code).toBe("gbs.not_watched");
    // Opened is not watched.
    const { body: started } = await world.first.play(id);
    expect((await world.first.decide(id, "approve")).body.code).toBe("gbs.not_watched");
    await watch(api, started, { range: "bytes=0-0" });
    expect((await world.first.decide(id, "approve")).status).toBe(200);
  });

  test("for what came back three times and is sent back again", async () => {
    let submitted = await world.submitted();
    for (let time = 0; time < 3; time += 1) {
      await reviewed(api, world.operator, submitted.id, "send_back");
      submitted = await world.again(submitted);
    }
    await world.first.claim(submitted.id);
    await world.first.play(submitted.id);
    expect((await world.first.decide(submitted.id, "send_back")).body).toMatchObject({
      code: "gbs.not_possible_now",
      meta: { possible: expect.not.stringContaining("send_back") },
    });
    expect((await world.first.decide(submitted.id, "refuse")).status).toBe(200);
  });

  test("for a party of the debt", async () => {
    const { id, debtId } = await opened();
    const party = world.operator.user.id;
    await api.sql`update gbs.debts set borrower_id = ${party} where id = ${debtId}`;
    expect((await world.first.decide(id, "approve")).body.code).toBe("gbs.own_debt");
  });

  test("once it is decided", async () => {
    const { id } = await opened();
    await world.first.decide(id, "refuse");
    expect((await world.first.decide(id, "approve")).body.code).toBe("gbs.not_possible_now");
  });
});

describe("422", () => {
  let waiting: Promise<Submitted> | undefined;
  test.each([
    [
      "an approval with an open point",
      "approve",
      { checklist: { ...fullChecklist, unedited: false } },
      "/checklist/unedited",
    ],
    ["an approval with a reason", "approve", { reason: "Fine." }, "/reason"],
    ["a refusal without a reason", "refuse", { reason: undefined }, "/reason"],
    ["a reason of spaces", "send_back", { reason: "   " }, "/reason"],
    ["another decision", "shrug", {}, "decision"],
    ["half a checklist", "approve", { checklist: { faceVisible: true } }, "checklist"],
  ])("names %s", async (_what, decision, changes, path) => {
    waiting ??= opened();
    const { id } = await waiting;
    const { status, body } = await world.first.decide(id, decision, changes);
    expect(status).toBe(422);
    expect(body.errors?.[0]?.path).toContain(path);
  });
});

describe("401 and 403", () => {
  test("a decision takes a fresh proof", async () => {
    const { id } = await opened();
    const authenticatedAt = new Date(Date.parse(api.clock.now()) - 400_000).toISOString() as never;
    const { accessToken } = await signIn(api, world.operator.user, { authenticatedAt });
    const { status, body } = await authorized(api, accessToken).post<{ code: string }>(
      `/v1/admin/evidence/${id}/decision`,
      { decision: "approve", checklist: fullChecklist },
    );
    expect([status, body.code]).toEqual([401, "auth.step_up_required"]);
  });

  test("operators alone decide", async () => {
    const { id } = await opened();
    const body = { decision: "approve", checklist: fullChecklist };
    for (const who of [
      ...[world.pair.lender, world.pair.borrower, world.pair.stranger],
      ...[await debtUser(api, { roles: ["admin"] }), await debtUser(api, { roles: ["support"] })],
      await debtUser(api, { roles: ["operator"], secondFactor: false }),
    ])
      expect((await who.post(`/v1/admin/evidence/${id}/decision`, body)).status).toBe(403);
    expect((await api.post(`/v1/admin/evidence/${id}/decision`, body)).status).toBe(401);
  });
});
