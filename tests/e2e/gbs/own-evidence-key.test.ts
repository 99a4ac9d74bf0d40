import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { newIdentity } from "#platform/age/identities";
import { noId } from "../../support/debt-refusals.ts";
import { openEvidenceApp, sha256Of } from "../../support/evidence.ts";
import { loggedOf } from "../../support/gbs.ts";
import {
  answerTo,
  farOffer,
  fetchedFile,
  type HandOverWorld,
  handOverWorld,
  openedByAge,
} from "../../support/hand-over.ts";
import { authorized } from "../../support/identity.ts";
import { entriesOf, storageOf } from "../../support/operators.ts";
import { describeWith } from "../../support/programs.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let world: HandOverWorld;
beforeAll(async () => {
  api = await openEvidenceApp();
  world = await handOverWorld(api);
}, 180_000);
afterAll(() => api.close());

const code = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

/** The lender of a debt has named a key of his own, and proven it. */
async function named() {
  await api.sql`delete from platform.attempts`;
  const { id } = await world.pair.accepted(farOffer);
  const owner = await newIdentity();
  const { body } = await world.lender.name(id, owner.recipient);
  const proof = await answerTo(body.challenge, owner.identity);
  return { id, owner, proof };
}

/** Recorded and approved after that. */
async function handedOver() {
  const { id, owner, proof } = await named();
  expect((await world.lender.prove(id, proof)).status).toBe(200);
  const evidenceId = await world.pair.submittedAgain(id);
  await world.decided(evidenceId, "approve");
  return { debt: await world.pair.lender.debt(id), evidenceId, owner };
}

describe("200", () => {
  test("is a challenge that its owner alone can read; his answer stands in the log, without the key", async () => {
    const { id, owner, proof } = await named();
    expect(proof).toMatch(/^[0-9a-f]{64}$/);
    const answer = await world.lender.prove(id, ` ${proof} `);
    expect(answer.body).toEqual({ recipient: owner.recipient, provenAt: api.clock.now() } as never);
    const [entry] = await entriesOf(api, id, "recipient_proven");
    expect(entry).toEqual({ recipient: { sha256: expect.any(String) } } as never);
    expect((await world.lender.prove(id, proof)).status).toBe(200);
    expect(await entriesOf(api, id, "recipient_proven")).toHaveLength(1);
  });

  test("before anybody has accepted, and until the decision", async () => {
    const { id } = await world.pair.offered(farOffer);
    const { recipient } = await newIdentity();
    expect((await world.lender.name(id, recipient)).status).toBe(200);
    const waiting = await world.submitted();
    expect((await world.lender.name(waiting.debt.id, recipient)).status).toBe(200);
  });
});

describe("what is approved for such a key", () => {
  test("is sealed at once, and nobody is sent for a key", async () => {
    const before = (await api.mails.to(world.pair.lender.user.address)).length;
    const made = await handedOver();
    expect(await world.item(made)).toMatchObject({ access: "sealed" });
    expect(
      await storageOf(api).volatile.list(`evidence/${made.evidenceId}/`, { limit: 5 }),
    ).toEqual([]);
    const [sealed] = await entriesOf(api, made.debt.id, "sealed");
    expect(sealed).toMatchObject({ header: "recipient", generation: 1 });
    const subjects = (await api.mails.to(world.pair.lender.user.address)).map((one) => one.subject);
    const told = subjects.slice(before).filter((subject) => /^(Sealed|Approved):/.test(subject));
    expect(told).toEqual(["Sealed: the video in your agreement with Mehmet Demir"]);
    expect(await loggedOf(api, made.debt)).not.toContain("key_revealed");
  });

  test("is shown no key, and not played", async () => {
    const made = await handedOver();
    expect(code(await world.lender.reveal(made.debt.id))).toEqual([409, "gbs.already_sealed"]);
    await world.declareDefault(made);
    const key = "00000-00000-00000-00000";
    expect(code(await world.lender.unlock(made.debt.id, key))).toEqual([409, "gbs.no_key_yet"]);
    expect(code(await world.lender.acknowledge(made.debt.id, key))).toEqual([
      409,
      "gbs.no_key_yet",
    ]);
  });

  test("that was named and not proven is revealed as any other", async () => {
    await api.sql`delete from platform.attempts`;
    const { id } = await named();
    const evidenceId = await world.pair.submittedAgain(id);
    await world.decided(evidenceId, "approve");
    expect((await world.lender.reveal(id)).status).toBe(201);
  });

  test("counts no more when another was named", async () => {
    const { id, proof } = await named();
    await world.lender.prove(id, proof);
    await world.lender.name(id, (await newIdentity()).recipient);
    expect((await world.lender.prove(id, proof)).status).toBe(422);
    const evidenceId = await world.pair.submittedAgain(id);
    await world.decided(evidenceId, "approve");
    expect((await world.lender.reveal(id)).status).toBe(201);
  });
});

describeWith(["age"], "the file", () => {
  test("opens with the owner's identity in the standard program, and with no other", async () => {
    const made = await handedOver();
    await world.declareDefault(made);
    const answer = await fetchedFile(
      ...([api, world.pair.lender, `/v1/debts/${made.debt.id}/evidence/file`] as const),
    );
    const file = new Uint8Array(await answer.arrayBuffer());
    const { opened } = await openedByAge(file, { identity: made.owner.identity });
    expect(sha256Of(opened ?? new Uint8Array())).toBe((await world.item(made)).sha256);
    const { identity } = await newIdentity();
    expect((await openedByAge(file, { identity })).opened).toBeNull();
  });
});

describe("401", () => {
  test("for a proof of oneself that is older than five minutes", async () => {
    const { id } = await world.pair.accepted(farOffer);
    const { recipient } = await newIdentity();
    const token = await world.pair.lender.token();
    api.clock.advance(301);
    const answer = await authorized(api, token).put<{ code: string }>(
      `/v1/debts/${id}/evidence/recipient`,
      { recipient },
    );
    expect(code(answer)).toEqual([401, "auth.step_up_required"]);
  });
});

describe("404", () => {
  test("for strangers, and a debt that is not there", async () => {
    const { id, owner, proof } = await named();
    for (const [user, of] of [
      [world.pair.stranger, id],
      [world.operator, id],
      [world.pair.lender, noId],
    ] as const) {
      const path = `/v1/debts/${of}/evidence/recipient`;
      const { recipient } = owner;
      expect(code(await user.put(path, { recipient }))).toEqual([404, "gbs.debt_not_found"]);
      expect(code(await user.post(`${path}/proof`, { proof }))).toEqual([
        404,
        "gbs.debt_not_found",
      ]);
    }
  });
});

describe("409", () => {
  test("for the borrower, once a recording is approved, and for debts without one", async () => {
    const { recipient } = await newIdentity();
    const { id } = await world.pair.accepted(farOffer);
    const path = `/v1/debts/${id}/evidence/recipient`;
    expect(code(await world.pair.borrower.put(path, { recipient }))).toEqual([
      409,
      "gbs.not_possible_now",
    ]);
    const made = await world.approved();
    expect(code(await world.lender.name(made.debt.id, recipient))).toEqual([
      409,
      "gbs.not_possible_now",
    ]);
    await api.sql`update gbs.debts set evidence = 'none' where id = ${id}`;
    expect(code(await world.lender.name(id, recipient))).toEqual([409, "gbs.not_possible_now"]);
  });

  test("for a proof of what nobody has named", async () => {
    const { id } = await world.pair.accepted(farOffer);
    expect(code(await world.lender.prove(id, "ab"))).toEqual([409, "gbs.not_possible_now"]);
  });
});

describe("422", () => {
  test.each([
    ["an SSH key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBq"],
    ["a post-quantum recipient", `age1pq1${"q".repeat(100)}`],
    ["a plugin's", "age1yubikey1q2w7u3vpya839jxxuq8g0sedh3d740d4xvn639sqhr95ejj8vu3hyfumptt"],
    ["one with a typing error", "age1m6zjs2nfpvmt06t4ek7j27zdt5p99znqzezuwsal8vm9c8j2la7qy9u5v4"],
    ["upper case", "AGE1M6ZJS2NFPVMT06T4EK7J27ZDT5P99ZNQZEZUWSAL8VM9C8J2LA7QY9U5V3"],
  ])("for %s", async (_, recipient) => {
    const { id } = await world.pair.accepted(farOffer);
    await api.sql`delete from platform.attempts`;
    const answer = await world.lender.name(id, recipient);
    expect(code(answer)).toEqual([422, "input.invalid"]);
    expect(answer.body.errors?.map(({ path }) => path)).toEqual(["/recipient"]);
  });

  test("for somebody's secret key, in any of them, which is neither echoed nor logged", async () => {
    const { id } = await named();
    const { identity } = await newIdentity();
    const secret = identity.slice(20, 60);
    const answers = [
      await world.lender.name(id, identity),
      await world.lender.prove(id, identity),
      await world.lender.prove(id, identity.toLowerCase()),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(422);
      expect(JSON.stringify(body).toUpperCase()).not.toContain(secret);
    }
    // Also whoever makes a field's name of it.
    const path = `/v1/debts/${id}/evidence/recipient`;
    const named422 = await world.pair.lender.put(path, { [identity]: identity });
    expect(named422.status).toBe(422);
    expect(JSON.stringify(named422.body).toUpperCase()).not.toContain(secret);
    const lines = api.logLines().map((line) => JSON.stringify(line));
    expect(lines.join().toUpperCase()).not.toContain(secret);
  });

  test("for an answer that is not the one", async () => {
    const { id } = await named();
    expect(code(await world.lender.prove(id, "0".repeat(64)))).toEqual([422, "input.invalid"]);
    expect(await loggedOf(api, { id })).not.toContain("recipient_proven");
  });
});
