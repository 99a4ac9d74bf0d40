import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type EvidencePair, evidencePair, openEvidenceApp } from "../../support/evidence.ts";
import { type DebtUser, debtUser, loggedOf } from "../../support/gbs.ts";
import { operatorVerbs, played, watch } from "../../support/operators.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const withdrawal = "evidence/consent/withdrawal";
let api: TestApp;
let operator: DebtUser;
beforeAll(async () => {
  api = await openEvidenceApp({ clock: createTestClock() });
  operator = await debtUser(api, { roles: ["operator"] });
});
afterAll(() => api.close());

async function expectCancelled({ lender, borrower }: EvidencePair, id: string): Promise<void> {
  for (const party of [lender, borrower]) {
    const { state, endedAt, possible } = await party.debt(id);
    expect({ state, endedAt, possible: [...possible] }).toEqual({
      ...{ state: "cancelled", endedAt: api.clock.now(), possible: [] },
    });
  }
  expect((await loggedOf(api, { id })).slice(-2)).toEqual(["consent_withdrawn", "cancelled"]);
}

describe("200", () => {
  test("before anything is sent: the debt ends without anybody's agreement, and its lender is told", async () => {
    const pair = await evidencePair(api);
    const { id, possible } = await pair.accepted();
    expect(possible).toContain("withdraw_consent");
    expect((await pair.lender.debt(id)).possible).not.toContain("withdraw_consent");
    const { state } = await pair.borrower.done(id, withdrawal);
    expect(state).toBe("cancelled");
    await expectCancelled(pair, id);
    const mail = await api.mails.newest(pair.lender.user.address);
    expect(mail.subject).toBe("Mehmet Demir does not want to be recorded: the debt is cancelled");
    expect(mail.text).toContain("will be destroyed");
    const [entry] = await api.sql<{ entry: string }[]>`
      select entry from gbs.custody_entries where debt_id = ${id} and kind = 'consent_withdrawn'`;
    expect(JSON.parse(entry?.entry ?? "{}")).toMatchObject({
      ...{ actor: { role: "borrower", id: pair.borrower.user.id } },
      data: { version: pair.consent },
    });
  });

  test("with a recording on its way: nothing more of it is taken", async () => {
    const pair = await evidencePair(api);
    const { id } = await pair.accepted();
    const upload = await pair.recorder.begin(id, 5_000_000);
    await pair.borrower.done(id, withdrawal);
    const answer = await pair.recorder.send(upload.id, 0, new Uint8Array(5_000_000));
    expect(answer).toMatchObject({ status: 410, json: { code: "gbs.upload_ended" } });
    await expectCancelled(pair, id);
  });

  test("in the middle of a review: the operator sees nothing more, decides nothing, and it is destroyed", async () => {
    const pair = await evidencePair(api);
    const { debt, evidenceId } = await pair.submitted();
    const review = operatorVerbs(operator);
    await review.claim(evidenceId);
    const started = await played(api, review, evidenceId);
    await pair.borrower.done(debt.id, withdrawal);
    expect((await watch(api, started)).status).toBe(404);
    expect((await review.decide(evidenceId, "approve")).body.code).toBe("gbs.not_possible_now");
    await expectCancelled(pair, debt.id);
    await api.runJob("gbs.end_claims");
    await api.runJob("gbs.destroy_evidence");
    const { items } = await pair.evidenceOf(pair.borrower, debt.id);
    expect(items).toMatchObject([{ id: evidenceId, state: "dropped", access: "destroyed" }]);
    expect(await loggedOf(api, debt)).toContain("evidence_destroyed");
  });

  test("once, for repeats with the same Idempotency-Key", async () => {
    const pair = await evidencePair(api);
    const { id } = await pair.accepted();
    const ask = () =>
      pair.borrower.post(`/v1/debts/${id}/${withdrawal}`, undefined, { "idempotency-key": "w" });
    const [first, second] = [await ask(), await ask()];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
    await expectCancelled(pair, id);
  });
});

describe("409", () => {
  test("once a recording is approved, for the lender, and before acceptance", async () => {
    const pair = await evidencePair(api);
    const { debt, evidenceId } = await pair.submitted();
    const asked = () => pair.borrower.act(debt.id, withdrawal);
    expect((await pair.lender.act(debt.id, withdrawal)).body.code).toBe("gbs.not_possible_now");
    const review = operatorVerbs(operator);
    await review.claim(evidenceId);
    await played(api, review, evidenceId);
    await review.decide(evidenceId, "approve");
    expect(await asked()).toMatchObject({ status: 409, body: { code: "gbs.not_possible_now" } });
    expect((await pair.borrower.debt(debt.id)).state).toBe("active");
    const offered = await pair.offered();
    expect((await pair.borrower.act(offered.id, withdrawal)).status).toBe(409);
  });

  test("of an approval and a withdrawal at once exactly one counts", async () => {
    const pair = await evidencePair(api);
    const { debt, evidenceId } = await pair.submitted();
    const review = operatorVerbs(operator);
    await review.claim(evidenceId);
    await played(api, review, evidenceId);
    const [taken, approved] = await Promise.all([
      pair.borrower.act(debt.id, withdrawal),
      review.decide(evidenceId, "approve"),
    ]);
    expect([taken.status, approved.status].toSorted()).toEqual([200, 409]);
    const { state } = await pair.lender.debt(debt.id);
    expect(state).toBe(taken.status === 200 ? "cancelled" : "active");
  });
});

test("404 for a stranger", async () => {
  const pair = await evidencePair(api);
  const { id } = await pair.accepted();
  expect((await pair.stranger.post(`/v1/debts/${id}/${withdrawal}`)).status).toBe(404);
});
