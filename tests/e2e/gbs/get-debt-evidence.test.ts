import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { maxSentencesPerDay } from "#modules/gbs/bounds";
import type { Sentence } from "#modules/gbs/contract";
import { newIdentity } from "#platform/age/identities";
import { evidencePair, openEvidenceApp, videoFile } from "../../support/evidence.ts";
import { loggedOf } from "../../support/gbs.ts";
import { answerTo, keyVerbs } from "../../support/hand-over.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

let api: TestApp;
beforeAll(async () => {
  api = await openEvidenceApp({ clock: createTestClock() });
});
afterAll(() => api.close());

describe("acceptance of a debt that takes a recording", () => {
  test("needs the consent by its version: 422 that names it, 409 for another text", async () => {
    const own = await evidencePair(api);
    const { id } = await own.offered();
    const without = await own.borrower.act(id, "acceptance");
    expect(without).toMatchObject({
      status: 422,
      body: { errors: [{ path: "/recordingConsent" }] },
    });
    const other = await own.borrower.act(id, "acceptance", { recordingConsent: "2020-1" });
    expect(other).toMatchObject({ status: 409, body: { code: "gbs.consent_outdated" } });
    expect(await loggedOf(api, { id })).toEqual(["offered", "delivered"]);
  });

  test("keeps consent and sentence, asks for the recording by mail without its words, and does not bind yet", async () => {
    const own = await evidencePair(api);
    const debt = await own.accepted();
    expect(debt).toMatchObject({ state: "accepted", evidence: "video" });
    expect(debt.possible).toContain("submit_evidence");
    expect(await loggedOf(api, debt)).toEqual([
      ...(["offered", "delivered", "accepted", "consent_given", "sentence_drawn"] as const),
    ]);
    const { sentence, consent } = await own.evidenceOf(own.borrower, debt.id);
    expect(consent).toEqual({ version: own.consent, givenAt: api.clock.now() });
    expect(sentence?.words).toHaveLength(4);
    const mails = await api.mails.to(own.borrower.user.address);
    const wanted = mails.find(({ subject }) => subject.startsWith("Next for your agreement"));
    expect(wanted?.text).toContain(debt.id);
    for (const mail of mails) expect(mail.text).not.toContain(sentence?.words.join(", ") ?? "?");
  });

  test("of a debt that takes none refuses a consent that nobody asked for", async () => {
    const own = await evidencePair(api);
    const { id } = await own.offered();
    await api.sql`update gbs.debts set evidence = 'none' where id = ${id}`;
    const answer = await own.borrower.act(id, "acceptance", { recordingConsent: own.consent });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: "/recordingConsent" }] },
    });
    expect((await own.borrower.done(id, "acceptance")).state).toBe("active");
  });
});

describe("GET /v1/debts/{id}/evidence", () => {
  test("shows the lender neither sentence nor upload, and a stranger nothing", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    await own.recorder.begin(id, 100);
    expect(await own.evidenceOf(own.lender, id)).toMatchObject({ sentence: null, upload: null });
    const mine = await own.evidenceOf(own.borrower, id);
    expect(mine.sentence?.text).toContain("Mehmet Demir");
    expect(mine.upload).toMatchObject({ state: "receiving" });
    expect((await own.stranger.get(`/v1/debts/${id}/evidence`)).status).toBe(404);
  });

  test("of a debt without evidence is empty", async () => {
    const own = await evidencePair(api);
    const { id } = await own.offered();
    expect(await own.evidenceOf(own.lender, id)).toEqual({
      ...{ debtId: id as never, kind: "video", consent: null },
      ...{ sentence: null, upload: null, recipient: null, items: [] },
    });
  });

  test("tells the lender alone which key of his own he has named, and whether it is proven", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    const { lender } = own;
    const { recipient, identity } = await newIdentity();
    const { name, prove } = keyVerbs(lender);
    const { challenge } = (await name(id, recipient)).body;
    const askedAt = api.clock.now();
    const shown = { recipient, askedAt, provenAt: null };
    expect((await own.evidenceOf(lender, id)).recipient).toEqual(shown);
    api.clock.advance(60);
    expect((await prove(id, await answerTo(challenge, identity))).status).toBe(200);
    const proven = { ...shown, provenAt: api.clock.now() };
    expect((await own.evidenceOf(lender, id)).recipient).toEqual(proven);
    expect((await own.evidenceOf(own.borrower, id)).recipient).toBeNull();
  });
});

describe("POST /v1/debts/{id}/evidence/sentences", () => {
  test("201 with other words, in the log as a hash that both can open", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    const before = (await own.evidenceOf(own.borrower, id)).sentence;
    const answer = await own.borrower.post<Sentence>(`/v1/debts/${id}/evidence/sentences`);
    expect(answer.status).toBe(201);
    expect(answer.body.id).not.toBe(before?.id ?? answer.body.id);
    expect((await own.evidenceOf(own.borrower, id)).sentence).toEqual(answer.body);
    const values = await api.sql<{ value: string; owner: string }[]>`
      select value, owner from gbs.custody_values where debt_id = ${id} and name = 'text' order by seq`;
    expect(values.at(-1)).toMatchObject({ value: answer.body.text, owner: "both" });
    const [entry] = await api.sql<{ entry: string }[]>`
      select entry from gbs.custody_entries where debt_id = ${id} order by seq desc limit 1`;
    expect(JSON.parse(entry?.entry ?? "{}")).toMatchObject({
      ...{ kind: "sentence_drawn", actor: { role: "borrower" } },
      data: { sentence: answer.body.id, language: "en", day: answer.body.day },
    });
    for (const word of answer.body.words) expect(entry?.entry).not.toContain(`"${word}"`);
  });

  test("once, for repeats with the same Idempotency-Key", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    const draw = () =>
      own.borrower.post(`/v1/debts/${id}/evidence/sentences`, undefined, {
        "idempotency-key": "s",
      });
    const [first, second] = [await draw(), await draw()];
    expect(second.body).toEqual(first.body);
  });

  test("409 while a recording of the one before is on its way, naming its upload, and no longer", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    const draw = () => own.borrower.post(`/v1/debts/${id}/evidence/sentences`);
    const first = await own.recorder.begin(id, 100);
    expect(await draw()).toMatchObject({
      ...{ status: 409, body: { code: "gbs.upload_open", meta: { upload: first.id } } },
    });
    await own.recorder.tus("DELETE", `/v1/evidence-uploads/${first.id}`);
    expect((await draw()).status).toBe(201);
    await own.recorder.begin(id, 100);
    api.clock.advance(86_400);
    expect((await draw()).status).toBe(201);
    const whole = await own.recorder.upload(id, await videoFile("plain.webm"));
    expect(await draw()).toMatchObject({ body: { meta: { upload: whole } } });
  });

  test("409 for the lender, and before acceptance; 404 for a stranger", async () => {
    const own = await evidencePair(api);
    const [accepted, offered] = [await own.accepted(), await own.offered()];
    const path = (id: string) => `/v1/debts/${id}/evidence/sentences`;
    expect((await own.lender.post(path(accepted.id))).status).toBe(409);
    expect((await own.borrower.post(path(offered.id))).status).toBe(409);
    expect((await own.stranger.post(path(accepted.id))).status).toBe(404);
  });

  test("429 after as many as a day may have", async () => {
    const own = await evidencePair(api);
    const { id } = await own.accepted();
    // The acceptance drew the first one.
    for (let drawn = 1; drawn < maxSentencesPerDay; drawn += 1)
      expect((await own.borrower.post(`/v1/debts/${id}/evidence/sentences`)).status).toBe(201);
    const refused = await own.borrower.post(`/v1/debts/${id}/evidence/sentences`);
    expect(refused).toMatchObject({ status: 429, body: { code: "limit.exceeded" } });
    api.clock.advance(86_401);
    expect((await own.borrower.post(`/v1/debts/${id}/evidence/sentences`)).status).toBe(201);
  });
});
