import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { custodyOf, dossierAnswer, dossierOf } from "../../support/custody-api.ts";
import { runVerifier, unpacked, verifyDossier } from "../../support/dossiers.ts";
import { longVideo, mebibyte, openEvidenceApp, sha256Of } from "../../support/evidence.ts";
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

const keysOf = async (): Promise<string[]> => {
  const { body } = await api.get<{ keys: { fingerprint: string }[] }>(
    "/.well-known/fintrack-keys.json",
  );
  return body.keys.map(({ fingerprint }) => fingerprint);
};
const readmeIn = (zip: Buffer) => String(unpacked(zip).get("README.txt"));
const recordingIn = (zip: Buffer) => unpacked(zip).get("evidence.age");
/** Also proves it. */
async function dossier(user: typeof world.operator, { debt }: Pick<Approved, "debt">) {
  const zip = await dossierOf(api, user, debt);
  expect(verifyDossier(zip, { keys: await keysOf() }).faults).toEqual([]);
  return zip;
}

describe("the recording in a dossier", () => {
  test("is there for the lender alone, and from a default on", async () => {
    const made = await world.approved();
    const { lender, borrower } = world.pair;
    for (const user of [lender, borrower])
      expect(recordingIn(await dossier(user, made))).toBeUndefined();
    await world.seal(made);
    for (const user of [lender, borrower])
      expect(recordingIn(await dossier(user, made))).toBeUndefined();
    await world.declareDefault(made);
    expect(recordingIn(await dossier(borrower, made))).toBeUndefined();
    expect(recordingIn(await dossier(lender, made))).toBeDefined();
    await api.sql`update gbs.debts set state = 'settled' where id = ${made.debt.id}`;
    expect(recordingIn(await dossier(lender, made))).toBeDefined();
  });

  test("is on record as fetched before it is sent, as the file alone is, in the log but not in that of the dossier", async () => {
    const made = await world.approved();
    const { lender, borrower } = world.pair;
    await world.seal(made);
    await dossier(lender, made);
    await world.declareDefault(made);
    await dossier(borrower, made);
    expect(await entriesOf(api, made.debt.id, "evidence_fetched")).toEqual([]);
    const { custody } = await lender.debt(made.debt.id);
    const answer = await dossierAnswer(api, lender, made.debt.id);
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(first?.value?.length).toBeGreaterThan(0);
    const [sealed] = await entriesOf(api, made.debt.id, "sealed");
    const { headerSha256 } = sealed ?? {};
    expect(await entriesOf(api, made.debt.id, "evidence_fetched")).toEqual([
      { evidence: made.evidenceId, headerSha256 },
    ] as never);
    const rest = [first?.value ?? new Uint8Array()];
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read())
      rest.push(read.value);
    const zip = Buffer.concat(rest);
    expect(verifyDossier(zip, { keys: await keysOf() }).faults).toEqual([]);
    expect(JSON.parse(String(unpacked(zip).get("manifest.json"))).chain).toEqual(custody);
    const next = unpacked(await dossier(lender, made));
    expect(String(next.get("custody.jsonl"))).toContain("evidence_fetched");
    expect(await entriesOf(api, made.debt.id, "evidence_fetched")).toHaveLength(2);
    const file = await fetchedFile(api, lender, `/v1/debts/${made.debt.id}/evidence/file`);
    expect(sha256Of(await file.bytes())).toBe(sha256Of(recordingIn(zip) ?? Buffer.alloc(0)));
    const entries = await entriesOf(api, made.debt.id, "evidence_fetched");
    expect(entries).toHaveLength(3);
    expect(new Set(entries.map((one) => JSON.stringify(one))).size).toBe(1);
  });

  test("is not on record as fetched when the dossier cannot be made", async () => {
    const made = await world.approved();
    await world.seal(made);
    await world.declareDefault(made);
    const place = `evidence/${made.debt.id}/${made.evidenceId}/000000`;
    await storageOf(api).objects.delete([place]);
    expect((await dossierAnswer(api, world.pair.lender, made.debt.id)).status).toBe(503);
    expect(await entriesOf(api, made.debt.id, "evidence_fetched")).toEqual([]);
  });

  test("has its hashes in the log of both, whether it is there or not", async () => {
    const made = await world.approved();
    for (const user of [world.pair.lender, world.pair.borrower]) {
      const entries = await custodyOf(user, made.debt);
      const submitted = entries.find(({ kind }) => kind === "evidence_submitted");
      expect(JSON.parse(submitted?.text ?? "").data.sha256).toBe(sha256Of(made.video));
    }
  });

  test("is not there before a key was shown, nor once it is damaged or destroyed", async () => {
    const { lender, borrower } = world.pair;
    const keyless = await world.approved();
    await world.declareDefault(keyless);
    const early = await dossier(lender, keyless);
    expect(recordingIn(early)).toBeUndefined();
    expect(readmeIn(early)).not.toContain("What is missing");

    const damaged = await world.approved();
    await world.seal(damaged);
    await world.declareDefault(damaged);
    const place = `evidence/${damaged.debt.id}/${damaged.evidenceId}/000000`;
    await storageOf(api).objects.delete([place]);
    const answer = await dossierAnswer(api, lender, damaged.debt.id);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      503,
      "gbs.evidence_damaged",
    ]);
    await world.lender.check(damaged.debt.id);
    await api.mails.run();
    const without = await dossier(lender, damaged);
    expect(recordingIn(without)).toBeUndefined();
    expect(await entriesOf(api, damaged.debt.id, "evidence_fetched")).toEqual([]);
    const since = `${api.clock.now().slice(0, 10)} ${api.clock.now().slice(11, 16)} UTC`;
    expect(readmeIn(without)).toContain(
      `What is missing\n  evidence.age        the video. On ${since}`,
    );
    expect(readmeIn(await dossier(borrower, damaged))).not.toContain("What is missing");
    for (const [locale, words] of [
      ["de", `Was fehlt\n  evidence.age        das Video. Am ${since}`],
      ["tr", `Eksik olan\n  evidence.age        video. ${since}`],
    ] as const) {
      await api.sql`update identity.users set locale = ${locale} where id = ${lender.user.id}`;
      expect(readmeIn(await dossier(lender, damaged))).toContain(words);
    }
    await api.sql`update identity.users set locale = 'en' where id = ${lender.user.id}`;

    const destroyed = await world.approved();
    await world.seal(destroyed);
    await world.declareDefault(destroyed);
    await api.sql`update gbs.evidence set destroy_after = ${api.clock.now()} where id = ${destroyed.evidenceId}`;
    await api.runJob("gbs.destroy_evidence");
    expect(recordingIn(await dossier(lender, destroyed))).toBeUndefined();
  });
});

describe("HEAD of a dossier", () => {
  test("makes none: nothing is read, and its length is not told", async () => {
    const made = await world.approved();
    await world.seal(made);
    await world.declareDefault(made);
    const before = await world.pair.lender.debt(made.debt.id);
    const place = `evidence/${made.debt.id}/${made.evidenceId}/000000`;
    await storageOf(api).objects.delete([place]);
    const head = await dossierAnswer(api, world.pair.lender, made.debt.id, "HEAD");
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect(head.headers.get("content-type")).toBe("application/zip");
    expect(head.headers.get("content-length")).toBeNull();
    expect(await world.pair.lender.debt(made.debt.id)).toEqual(before);
    const stranger = await dossierAnswer(api, world.pair.stranger, made.debt.id, "HEAD");
    expect(stranger.status).toBe(404);
  });
});

describeWith(["age", "node"], "the recording", () => {
  test("opens with the lender's key, and the verifier says to what; also of several segments", async () => {
    const made = await world.approved({ video: await longVideo(5 * mebibyte + 1) });
    const first = await world.reveal(made);
    await world.declareDefault(made);
    const early = await dossier(world.pair.lender, made);
    const { opened } = await openedByAge(recordingIn(early) ?? Buffer.alloc(0), {
      passphrase: first.key,
    });
    expect(sha256Of(opened ?? Buffer.alloc(0))).toBe(sha256Of(made.video));

    const { key } = await world.seal(made);
    const zip = await dossier(world.pair.lender, made);
    const file = recordingIn(zip) ?? Buffer.alloc(0);
    const again = await openedByAge(file, { passphrase: key });
    expect(sha256Of(again.opened ?? Buffer.alloc(0))).toBe(sha256Of(made.video));
    expect((await openedByAge(file, { passphrase: first.key })).opened).toBeNull();

    const [fingerprint = ""] = await keysOf();
    for (const runtime of ["node", "bun"]) {
      const { code, output } = await runVerifier(runtime, zip, ["--key", fingerprint]);
      expect(code).toBe(0);
      expect(output).toContain(`SHA-256 ${sha256Of(made.video)}`);
      const at = zip.indexOf(file) + file.length - 5_000;
      const flipped = Buffer.from(zip);
      flipped[at] = (flipped[at] ?? 0) ^ 4;
      const broken = await runVerifier(runtime, flipped, ["--key", fingerprint]);
      expect(broken.code).toBe(1);
      expect(broken.output).toContain("- evidence.age: its payload is not the one");
    }
  }, 180_000);
});
