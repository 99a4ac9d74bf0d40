import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { noId } from "../../support/debt-refusals.ts";
import { longVideo, mebibyte, openEvidenceApp, sha256Of } from "../../support/evidence.ts";
import { putInState } from "../../support/gbs.ts";
import {
  type Approved,
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

const fetched = (id: string, user: typeof world.operator = world.pair.lender) =>
  fetchedFile(api, user, `/v1/debts/${id}/evidence/file`);
const codeOf = async (answer: Response) => [
  answer.status,
  ((await answer.json()) as { code: string }).code,
];

describe("200", () => {
  test("is the header that the log names, and the payload that was submitted; that it was fetched is on record", async () => {
    const made = await world.approved();
    await world.seal(made);
    await world.declareDefault(made);
    const answer = await fetched(made.debt.id);
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="evidence-${made.debt.id}.age"`,
    );
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const file = Buffer.from(await answer.arrayBuffer());
    const header = file.subarray(0, file.indexOf("\n", file.indexOf("\n---") + 1) + 1);
    const [sealed] = await entriesOf(api, made.debt.id, "sealed");
    const [submitted] = await entriesOf(api, made.debt.id, "evidence_submitted");
    expect<unknown>(sha256Of(header)).toBe(sealed?.["headerSha256"]);
    expect<unknown>(sha256Of(file.subarray(header.length))).toBe(submitted?.["payloadSha256"]);
    expect(await entriesOf(api, made.debt.id, "evidence_fetched")).toEqual([
      { evidence: made.evidenceId, headerSha256: sha256Of(header) },
    ] as never);
  });
});

describe("HEAD", () => {
  const asked = ({ debt }: Approved) =>
    fetchedFile(
      ...([api, world.pair.lender, `/v1/debts/${debt.id}/evidence/file`] as const),
      ...([undefined, "HEAD"] as const),
    );

  test.each([4 * mebibyte, 9 * mebibyte + 12_345])(
    "says how long the file is, also of %p bytes, and fetches nothing: no segment is read, nothing is on record",
    async (sizeBytes) => {
      const made = await world.approved({ video: await longVideo(sizeBytes) });
      await world.seal(made);
      await world.declareDefault(made);
      const before = await world.pair.lender.debt(made.debt.id);
      const head = await asked(made);
      expect([head.status, await head.text()]).toEqual([200, ""]);
      expect(head.headers.get("content-disposition")).toContain(".age");
      expect(await world.pair.lender.debt(made.debt.id)).toEqual(before);
      const whole = await (await fetched(made.debt.id)).bytes();
      expect(head.headers.get("content-length")).toBe(String(whole.length));
      expect(await entriesOf(api, made.debt.id, "evidence_fetched")).toHaveLength(1);
      const place = `evidence/${made.debt.id}/${made.evidenceId}/000000`;
      await storageOf(api).objects.delete([place]);
      expect((await asked(made)).status).toBe(200);
    },
  );

  test("is refused as GET is", async () => {
    const made = await world.approved();
    expect((await asked(made)).status).toBe(409);
    await world.declareDefault(made);
    expect((await asked(made)).status).toBe(409);
  });
});

describeWith(["age"], "the file", () => {
  test("of several segments opens with the standard program", async () => {
    const made = await world.approved({ video: await longVideo(9 * mebibyte + 12_345) });
    const { key } = await world.seal(made);
    await world.declareDefault(made);
    const file = new Uint8Array(await (await fetched(made.debt.id)).arrayBuffer());
    const { opened, said } = await openedByAge(file, { passphrase: key });
    expect(said).not.toContain("error");
    expect(sha256Of(opened ?? new Uint8Array())).toBe(sha256Of(made.video));
    const cut = await openedByAge(file.subarray(0, file.length - 1), { passphrase: key });
    expect([cut.opened, cut.code]).toEqual([null, 1]);
  }, 180_000);
});

describe("404", () => {
  test("for strangers, and a debt that is not there", async () => {
    const made = await world.approved();
    for (const answer of [
      await fetched(made.debt.id, world.pair.stranger),
      await fetched(made.debt.id, world.operator),
      await fetched(noId),
    ])
      expect(await codeOf(answer)).toEqual([404, "gbs.debt_not_found"]);
  });
});

describe("409", () => {
  test("for the borrower, whatever happened", async () => {
    const made = await world.approved();
    await world.seal(made);
    await world.declareDefault(made);
    expect(await codeOf(await fetched(made.debt.id, world.pair.borrower))).toEqual([
      409,
      "gbs.not_possible_now",
    ]);
  });

  test.each(["active", "overdue", "settled", "cancelled"] as const)(
    "while no default is declared: the debt is %s",
    async (state) => {
      const made = await world.approved();
      await world.seal(made);
      await putInState(api, made.debt, state);
      expect(await codeOf(await fetched(made.debt.id))).toEqual([409, "gbs.not_possible_now"]);
      expect(await entriesOf(api, made.debt.id, "evidence_fetched")).toEqual([]);
    },
  );

  test("before a key was shown: there is nothing that it would open with", async () => {
    const made = await world.approved();
    await world.declareDefault(made);
    expect(await codeOf(await fetched(made.debt.id))).toEqual([409, "gbs.no_key_yet"]);
  });
});

describe("503", () => {
  test("for bytes that are not there any more", async () => {
    const made = await world.approved();
    await world.seal(made);
    await world.declareDefault(made);
    const { objects } = storageOf(api);
    await objects.delete([`evidence/${made.debt.id}/${made.evidenceId}/000000`]);
    expect(await codeOf(await fetched(made.debt.id))).toEqual([503, "gbs.evidence_damaged"]);
    expect(await entriesOf(api, made.debt.id, "evidence_fetched")).toEqual([]);
  });

  test("for bytes that a check has found damaged, saying since when, until one finds them mended", async () => {
    const made = await world.approved();
    await world.seal(made);
    await world.declareDefault(made);
    const checked = async () => {
      await world.lender.check(made.debt.id);
      await api.mails.run();
    };
    await checked();
    api.clock.advance(60);
    const since = api.clock.now();
    const { objects } = storageOf(api);
    const place = `evidence/${made.debt.id}/${made.evidenceId}/000000`;
    const whole = Buffer.concat(await Array.fromAsync((await objects.get(place))?.chunks ?? []));
    const flipped = Buffer.from(whole);
    flipped[12_345] = (flipped[12_345] ?? 0) ^ 1;
    await objects.put(place, one(flipped));
    expect((await fetched(made.debt.id)).status).toBe(200);
    const before = (await entriesOf(api, made.debt.id, "evidence_fetched")).length;
    await checked();
    api.clock.advance(86_400);
    await checked();
    for (const method of ["GET", "HEAD"]) {
      const path = `/v1/debts/${made.debt.id}/evidence/file`;
      const answer = await fetchedFile(api, world.pair.lender, path, undefined, method);
      expect(answer.status).toBe(503);
      if (method === "GET")
        expect((await answer.json()) as object).toMatchObject({
          ...{ code: "gbs.evidence_damaged", meta: { since } },
        });
    }
    expect(await entriesOf(api, made.debt.id, "evidence_fetched")).toHaveLength(before);
    await objects.put(place, one(whole));
    expect((await fetched(made.debt.id)).status).toBe(503);
    api.clock.advance(86_400);
    await checked();
    expect((await fetched(made.debt.id)).status).toBe(200);
  });
});

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
