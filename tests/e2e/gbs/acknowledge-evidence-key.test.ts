import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { noId } from "../../support/debt-refusals.ts";
import { openEvidenceApp, sha256Of } from "../../support/evidence.ts";
import { loggedOf } from "../../support/gbs.ts";
import {
  fetchedFile,
  type HandOverWorld,
  handOverWorld,
  openedByAge,
} from "../../support/hand-over.ts";
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
const volatileKeys = async (id: string) =>
  (await storageOf(api).volatile.list(`evidence/${id}/`, { limit: 10 })).map(({ key }) => key);
const wrong = "00000-00000-00000-00000";

describe("200", () => {
  test("has the recording sealed: the server's own key is gone, and then it is said to be", async () => {
    const made = await world.approved();
    const { key, generation } = await world.reveal(made);
    expect(await volatileKeys(made.evidenceId)).toHaveLength(1);
    const answer = await world.lender.acknowledge(made.debt.id, key);
    expect(answer.body).toEqual({
      ...{ evidenceId: made.evidenceId, generation, acknowledgedAt: api.clock.now() },
      sealedAt: null,
    } as never);
    // The answer promises nothing that has not happened: that is the job's.
    expect(await volatileKeys(made.evidenceId)).toHaveLength(1);
    await api.mails.run();
    expect(await volatileKeys(made.evidenceId)).toEqual([]);
    expect(await world.item(made)).toMatchObject({
      ...{ access: "sealed", acknowledgedAt: api.clock.now(), sealedAt: api.clock.now() },
    });
    expect((await loggedOf(api, made.debt)).slice(-2)).toEqual(["key_acknowledged", "sealed"]);
    const [sealed] = await entriesOf(api, made.debt.id, "sealed");
    const [revealed] = await entriesOf(api, made.debt.id, "key_revealed");
    expect(sealed).toEqual({
      ...{ evidence: made.evidenceId, generation, header: "passphrase" },
      headerSha256: revealed?.["headerSha256"],
    } as never);
  });

  test("tells both when it is sealed", async () => {
    const made = await world.approved();
    await world.seal(made);
    for (const user of [world.pair.lender, world.pair.borrower])
      expect((await api.mails.newest(user.user.address)).subject).toStartWith("Sealed: the video");
  });

  test.each([
    ["lower case", (key: string) => key.toLowerCase()],
    ["without hyphens", (key: string) => key.replaceAll("-", "")],
    ["with spaces for hyphens, and around it", (key: string) => ` ${key.replaceAll("-", " ")} `],
    ["with other dashes", (key: string) => key.replaceAll("-", "–")],
    [
      "O for 0, and I and L for 1",
      (key: string) => key.replaceAll("0", "O").replace("1", "I").replaceAll("1", "l"),
    ],
  ])("for the key in %s", async (_, spelt) => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    expect((await world.lender.acknowledge(made.debt.id, spelt(key))).status).toBe(200);
  });

  test("again, also when it is sealed: it tells whether a key is the right one", async () => {
    const made = await world.approved();
    const { key } = await world.seal(made);
    api.clock.advance(60);
    const again = await world.lender.acknowledge(made.debt.id, key);
    expect(again.status).toBe(200);
    expect(again.body.sealedAt).not.toBeNull();
    expect((await world.lender.acknowledge(made.debt.id, wrong)).status).toBe(422);
    expect(await entriesOf(api, made.debt.id, "key_acknowledged")).toHaveLength(1);
    expect(await entriesOf(api, made.debt.id, "sealed")).toHaveLength(1);
  });
});

test("until it is typed back, no job destroys the server's own key, however often it runs", async () => {
  const made = await world.approved();
  await world.reveal(made);
  const began = api.clock.now();
  api.clock.advance(7_200);
  await api.runJob("gbs.seal_evidence", { evidenceId: made.evidenceId });
  await api.runJob("gbs.seal_waiting");
  expect(await volatileKeys(made.evidenceId)).toHaveLength(1);
  expect(await loggedOf(api, made.debt)).not.toContain("sealed");
  api.clock.set(began);
});

describe("404", () => {
  test("for strangers, and a debt that is not there", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    const ask = (user: typeof world.operator, id: string) =>
      user.post(`/v1/debts/${id}/evidence/key-acknowledgement`, { key });
    for (const answer of [
      await ask(world.pair.stranger, made.debt.id),
      await ask(world.operator, made.debt.id),
      await ask(world.pair.lender, noId),
    ])
      expect(code(answer)).toEqual([404, "gbs.debt_not_found"]);
  });
});

describe("409", () => {
  test("for the borrower, who has the right key of somebody", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    const path = `/v1/debts/${made.debt.id}/evidence/key-acknowledgement`;
    const answer = await world.pair.borrower.post(path, { key });
    expect(code(answer)).toEqual([409, "gbs.not_possible_now"]);
  });

  test("before a key was shown", async () => {
    const made = await world.approved();
    expect(code(await world.lender.acknowledge(made.debt.id, wrong))).toEqual([
      409,
      "gbs.no_key_yet",
    ]);
  });
});

describe("422", () => {
  test("for another key, which seals nothing", async () => {
    const made = await world.approved();
    await world.reveal(made);
    const answer = await world.lender.acknowledge(made.debt.id, wrong);
    expect(code(answer)).toEqual([422, "gbs.wrong_key"]);
    expect(answer.body.errors?.map(({ path }) => path)).toEqual(["/key"]);
    await api.mails.run();
    expect(await volatileKeys(made.evidenceId)).toHaveLength(1);
    expect(await loggedOf(api, made.debt)).not.toContain("key_acknowledged");
  });

  test("for what can be no key, which counts as no try", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    for (const typed of ["x", key.slice(1), `${key}X`, key.replace(/.$/, "U"), "ключ"])
      expect(code(await world.lender.acknowledge(made.debt.id, typed))).toEqual([
        422,
        "gbs.wrong_key",
      ]);
    expect((await world.lender.acknowledge(made.debt.id, key)).status).toBe(200);
  });

  test("for the secret key of somebody, which is neither read nor logged", async () => {
    const made = await world.approved();
    await world.reveal(made);
    const secret = `AGE-SECRET-KEY-1${"Q".repeat(58)}`;
    for (const key of [secret, secret.toLowerCase(), ` ${secret}`]) {
      const answer = await world.lender.acknowledge(made.debt.id, key);
      expect(code(answer)).toEqual([422, "input.invalid"]);
      expect(JSON.stringify(answer.body)).not.toContain("QQQQ");
    }
    expect(
      api
        .logLines()
        .map((line) => JSON.stringify(line))
        .join(),
    ).not.toContain("QQQQ");
  });
});

describe("429", () => {
  test("for one who tries too fast: waits double, and the right key ends them", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    for (const wait of [3, 6, 12, 24]) {
      expect((await world.lender.acknowledge(made.debt.id, wrong)).status).toBe(422);
      api.clock.advance(wait - 1);
      const early = await world.lender.acknowledge(made.debt.id, key);
      expect(code(early)).toEqual([429, "limit.exceeded"]);
      expect(early.headers.get("retry-after")).toBe("1");
      api.clock.advance(1);
    }
    expect((await world.lender.acknowledge(made.debt.id, key)).status).toBe(200);
    expect((await world.lender.acknowledge(made.debt.id, wrong)).status).toBe(422);
  });

  test("for all but one of many tries at once: each is counted before it is computed", async () => {
    const made = await world.approved();
    await world.reveal(made);
    const tries = Array.from({ length: 12 }, () => world.lender.acknowledge(made.debt.id, wrong));
    const statuses = (await Promise.all(tries)).map(({ status }) => status).sort();
    expect(statuses).toEqual([422, ...Array(11).fill(429)]);
  });

  test("for each debt by itself", async () => {
    const [one, other] = [await world.approved(), await world.approved()];
    await world.reveal(one);
    const { key } = await world.reveal(other);
    await world.lender.acknowledge(one.debt.id, wrong);
    expect((await world.lender.acknowledge(other.debt.id, key)).status).toBe(200);
  });
});

describeWith(["age"], "the key", () => {
  test("opens the file with the standard program, sealed or not, to what was recorded", async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    await world.declareDefault(made);
    const path = `/v1/debts/${made.debt.id}/evidence/file`;
    for (const isSealed of [false, true]) {
      if (isSealed) await world.lender.acknowledge(made.debt.id, key);
      await api.mails.run();
      const answer = await fetchedFile(api, world.pair.lender, path);
      expect(answer.status).toBe(200);
      const file = new Uint8Array(await answer.arrayBuffer());
      const { opened } = await openedByAge(file, { passphrase: key });
      expect(sha256Of(opened ?? new Uint8Array())).toBe(sha256Of(made.video));
      expect((await world.item(made)).sha256).toBe(sha256Of(made.video));
      expect(await openedByAge(file, { passphrase: wrong })).toMatchObject({ opened: null });
    }
  });
});
