import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { noId } from "../../support/debt-refusals.ts";
import { openEvidenceApp } from "../../support/evidence.ts";
import { loggedOf, putInState } from "../../support/gbs.ts";
import { type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { authorized } from "../../support/identity.ts";
import { entriesOf, storageOf } from "../../support/operators.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let world: HandOverWorld;
beforeAll(async () => {
  api = await openEvidenceApp();
  world = await handOverWorld(api);
}, 180_000);
afterAll(() => api.close());

const shape = /^[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){3}$/;
const code = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

describe("201", () => {
  test("is a key that nobody keeps, of a header that the log has the hash of", async () => {
    const made = await world.approved();
    const answer = await world.lender.reveal(made.debt.id);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.body).toEqual({
      ...{ evidenceId: made.evidenceId, key: expect.stringMatching(shape), generation: 1 },
    } as never);
    const [row] = await api.sql<{ header_sha256: string; kind: string }[]>`
      select header_sha256, kind from gbs.lender_headers where evidence_id = ${made.evidenceId}`;
    expect(row?.kind).toBe("passphrase");
    expect(await entriesOf(api, made.debt.id, "key_revealed")).toEqual([
      { evidence: made.evidenceId, generation: 1, headerSha256: row?.header_sha256 },
    ] as never);
    expect(await world.item(made)).toMatchObject({ access: "revealed", acknowledgedAt: null });
  });

  test("tells the lender, without the key, and nobody else", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    const { subject, text, html } = await api.mails.newest(world.pair.lender.user.address);
    expect(subject).toBe("A key to the video of Mehmet Demir was shown");
    for (const form of [text, html]) expect(form).not.toContain(key);
    const others = await api.mails.to(world.pair.borrower.user.address);
    expect(others.some((mail) => mail.subject === subject)).toBe(false);
  });

  test("again is another key, and the one before it opens nothing any more", async () => {
    const made = await world.approved();
    const first = await world.reveal(made);
    const second = await world.reveal(made);
    expect(second).toMatchObject({ generation: 2 });
    expect(second.key).not.toBe(first.key);
    const rows = await api.sql`
      select generation from gbs.lender_headers where evidence_id = ${made.evidenceId}`;
    expect(rows.map((row) => row["generation"])).toEqual([2]);
    expect(code(await world.lender.acknowledge(made.debt.id, first.key))).toEqual([
      422,
      "gbs.wrong_key",
    ]);
    api.clock.advance(3);
    expect((await world.lender.acknowledge(made.debt.id, second.key)).status).toBe(200);
  });

  test("when many ask at once, of which the last one asked opens it", async () => {
    const made = await world.approved();
    const answers = await Promise.all([1, 2, 3, 4].map(() => world.lender.reveal(made.debt.id)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(answers.map(({ body }) => body.generation).sort()).toEqual([1, 2, 3, 4]);
    const last = answers.find(({ body }) => body.generation === 4);
    const key = last?.body.key ?? "";
    expect((await world.lender.acknowledge(made.debt.id, key)).status).toBe(200);
  });

  test.each(["active", "overdue", "defaulted", "settled", "cancelled"] as const)(
    "of a debt that is %s",
    async (state) => {
      const made = await world.approved();
      await putInState(api, made.debt, state);
      expect((await world.lender.reveal(made.debt.id)).status).toBe(201);
    },
  );
});

describe("401", () => {
  test("for a proof that is older than five minutes", async () => {
    const made = await world.approved();
    const token = await world.pair.lender.token();
    api.clock.advance(301);
    const { post } = authorized(api, token);
    const answer = await post<{ code: string }>(`/v1/debts/${made.debt.id}/evidence/key`);
    expect(code(answer)).toEqual([401, "auth.step_up_required"]);
  });
});

describe("404", () => {
  test("for strangers, operators, and a debt that is not there", async () => {
    const made = await world.approved();
    const path = (id: string) => `/v1/debts/${id}/evidence/key`;
    for (const answer of [
      await world.pair.stranger.post(path(made.debt.id)),
      await world.operator.post(path(made.debt.id)),
      await world.pair.lender.post(path(noId)),
    ])
      expect(code(answer)).toEqual([404, "gbs.debt_not_found"]);
    expect(await loggedOf(api, made.debt)).not.toContain("key_revealed");
  });
});

describe("409", () => {
  test("for the borrower", async () => {
    const made = await world.approved();
    const answer = await world.pair.borrower.post(`/v1/debts/${made.debt.id}/evidence/key`);
    expect(code(answer)).toEqual([409, "gbs.not_possible_now"]);
    expect(answer.body.detail).toStartWith("Only the lender can do this.");
  });

  test("before a recording is approved, or when one came back or was refused", async () => {
    const accepted = await world.pair.accepted({ plan: undefined, dueOn: "2030-01-01" });
    const waiting = await world.submitted();
    const back = await world.submitted();
    await world.decided(back.evidenceId, "send_back");
    const refused = await world.submitted();
    await world.decided(refused.evidenceId, "refuse");
    for (const { id } of [accepted, waiting.debt, back.debt, refused.debt])
      expect(code(await world.lender.reveal(id))).toEqual([409, "gbs.not_possible_now"]);
  });

  test("once a key was typed back, sealed or not: it is the only one", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    await world.lender.acknowledge(made.debt.id, key);
    expect(code(await world.lender.reveal(made.debt.id))).toEqual([409, "gbs.already_sealed"]);
    await api.mails.run();
    expect(await world.item(made)).toMatchObject({ access: "sealed" });
    expect(code(await world.lender.reveal(made.debt.id))).toEqual([409, "gbs.already_sealed"]);
  });

  test("for a second request with one Idempotency-Key: a key is shown once", async () => {
    const made = await world.approved();
    const ask = () =>
      world.pair.lender.post(`/v1/debts/${made.debt.id}/evidence/key`, undefined, {
        "idempotency-key": "reveal-1",
      });
    expect((await ask()).status).toBe(201);
    expect((await ask()).status).toBe(409);
    expect(await entriesOf(api, made.debt.id, "key_revealed")).toHaveLength(1);
  });

  test("for a recording that is being destroyed", async () => {
    const made = await world.approved();
    await api.sql`update gbs.evidence set destroying_at = ${api.clock.now()} where id = ${made.evidenceId}`;
    expect(code(await world.lender.reveal(made.debt.id))).toEqual([409, "gbs.evidence_destroyed"]);
  });
});

describe("429", () => {
  test("for a twenty-first key in a day", async () => {
    const made = await world.approved();
    for (let shown = 0; shown < 20; shown += 1) await world.reveal(made);
    const answer = await world.lender.reveal(made.debt.id);
    expect(code(answer)).toEqual([429, "limit.exceeded"]);
    expect(answer.body.detail).toBe("A debt's lender may be shown 20 keys a day.");
  });

  test("for none that could not be made: they use up nothing of the day", async () => {
    const made = await world.approved();
    const { volatile } = storageOf(api);
    const path = `evidence/${made.evidenceId}/review-header`;
    const header = Buffer.concat(await Array.fromAsync((await volatile.get(path))?.chunks ?? []));
    await volatile.delete([path]);
    for (let failed = 0; failed < 21; failed += 1)
      expect((await world.lender.reveal(made.debt.id)).status).toBe(503);
    await volatile.put(
      path,
      (async function* () {
        yield new Uint8Array(header);
      })(),
    );
    expect((await world.lender.reveal(made.debt.id)).status).toBe(201);
  });
});

describe("503", () => {
  test("when what the server could open it with is lost, and the last key stays good", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    await storageOf(api).volatile.delete([`evidence/${made.evidenceId}/review-header`]);
    const answer = await world.lender.reveal(made.debt.id);
    expect(code(answer)).toEqual([503, "gbs.evidence_damaged"]);
    expect((await world.lender.acknowledge(made.debt.id, key)).status).toBe(200);
  });
});
