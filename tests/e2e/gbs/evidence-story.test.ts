import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { segmentBytes } from "#modules/gbs/bounds";
import type { Debt, DebtEvidence } from "#modules/gbs/contract";
import type { S3Config } from "#platform/config";
import { type Chromium, chromium, openChromium, type Page } from "../../support/chromium.ts";
import { custodyOf, dossierOf } from "../../support/custody-api.ts";
import { runVerifier, unpacked } from "../../support/dossiers.ts";
import { consentVersion, sha256Of, videoMarker } from "../../support/evidence.ts";
import {
  type EvidenceStory,
  filmedVideo,
  openEvidenceStory,
  resumed,
  sendUntilItBreaks,
  soon,
} from "../../support/evidence-story.ts";
import { filesHolding } from "../../support/files-holding.ts";
import { expected, loggedOf, wake } from "../../support/gbs.ts";
import { fetchedFile, keyVerbs, openedByAge } from "../../support/hand-over.ts";
import { entriesOf, operatorVerbs, watch } from "../../support/operators.ts";
import { describeWith } from "../../support/programs.ts";
import { openS3Server, type S3Server } from "../../support/s3-server.ts";
import { endServerProcesses } from "../../support/server-process.ts";
import { openStoredBytes } from "../../support/stored-bytes.ts";

const hourSeconds = 3_600;
const stepMs = 300_000;
const inDays = (days: number) =>
  new Date(Date.now() + days * 24 * hourSeconds * 1000).toISOString().slice(0, 10);

let film: Uint8Array;
let s3: S3Server;
let browser: Chromium;

describeWith([chromium, "age", "ffmpeg", "node", "python3"], "a recording", () => {
  beforeAll(async () => {
    [film, s3, browser] = await Promise.all([filmedVideo(), openS3Server(), openChromium()]);
  }, stepMs);
  afterAll(async () => {
    await Promise.all([s3?.close(), browser?.close()]);
  });

  describe("kept on the disk", () => tellTheStory(async () => null));
  describe("kept on an S3 server", () => tellTheStory(() => s3.openBuckets()));
});

/** From the offer to the default, each test goes on from the one before. */
function tellTheStory(openBuckets: () => Promise<S3Config | null>): void {
  let story: EvidenceStory;
  let debt: Debt;
  let id: string;
  let key: string;
  let dueOn: string;
  beforeAll(async () => {
    story = await openEvidenceStory(await openBuckets());
  }, stepMs);
  afterAll(async () => {
    await endServerProcesses();
    await story?.close();
  });

  const evidenceOf = async (): Promise<DebtEvidence> =>
    expected(200, await story.borrower.get<DebtEvidence>(`/v1/debts/${debt.id}/evidence`));
  const lends = () => keyVerbs(story.lender);
  const stateOf = async () => (await story.lender.debt(debt.id)).state;
  const reviewHeaders = async () =>
    (await story.stores.volatile.list(`evidence/${id}/`, { limit: 5 })).length;

  test(
    "is consented to, and its words are drawn",
    async () => {
      const { lender, borrower } = story;
      dueOn = inDays(3);
      debt = expected(
        201,
        await lender.offer({
          ...{ borrowerAddress: borrower.user.address, description: "Deposit", dueOn },
          amount: { amount: "1234.50", currency: "EUR" },
        }),
      );
      await soon("the offer has arrived", async () => {
        const { status } = await borrower.get(`/v1/debts/${debt.id}`);
        return status === 200;
      });
      const without = await borrower.act(debt.id, "acceptance");
      expect([without.status, without.body.errors?.[0]?.path]).toEqual([422, "/recordingConsent"]);
      const recordingConsent = await consentVersion(borrower);
      expect((await borrower.done(debt.id, "acceptance", { recordingConsent })).state).toBe(
        "accepted",
      );
      const { sentence } = await evidenceOf();
      expect(sentence?.text).toContain("Leyla Aydın");
      expect(sentence?.text).toContain("Mehmet Demir");
      expect(sentence?.text).toContain("1,234.50");
      for (const word of sentence?.words ?? [""]) expect(sentence?.text).toContain(word);
      expect(sentence?.words).toHaveLength(4);
    },
    stepMs,
  );

  test(
    "is uploaded over a connection that breaks, and submitted",
    async () => {
      ({ id } = await story.recorder.begin(debt.id, film.length));
      await sendUntilItBreaks(story, id, film);
      expect(await stateOf()).toBe("accepted");
      const { from } = await resumed(story, id, film);
      expect(from).toBeGreaterThanOrEqual(segmentBytes);
      expect(from % segmentBytes).toBe(0);
      await soon("it is submitted", async () => (await stateOf()) === "evidence_submitted");
      const [item] = (await evidenceOf()).items;
      expect(item).toMatchObject({
        ...{ id, state: "submitted", access: "review", sha256: sha256Of(film) },
        ...{ sizeBytes: film.length, mediaType: "video/mp4" },
      });
    },
    stepMs,
  );

  test(
    "is claimed, watched and approved by an operator",
    async () => {
      const operator = operatorVerbs(story.operator);
      const { items } = expected(200, await operator.queue());
      expect(items).toMatchObject([{ id, claim: null }]);
      const { sentence } = expected(200, await operator.claim(id));
      expect(sentence?.text).toContain("Mehmet Demir");
      const started = expected(201, await operator.play(id));
      const seen = await watch(story.door(), started, { range: "bytes=4194000-4195000" });
      expect([seen.status, Buffer.from(await seen.arrayBuffer())]).toEqual([
        206,
        Buffer.from(film.subarray(4_194_000, 4_195_001)),
      ]);
      expected(200, await operator.decide(id, "approve"));
      expect(await stateOf()).toBe("active");
      expect((await watch(story.door(), started)).status).toBe(404);
    },
    stepMs,
  );

  test(
    "is handed over: its key shown, printed, typed back, and the server's own destroyed",
    async () => {
      ({ key } = expected(201, await lends().reveal(debt.id)));
      expect(key.replaceAll("-", "")).toHaveLength(20);
      const { lender } = story;
      const printed = await fetchedFile(
        ...([story.door(), lender, `/v1/debts/${debt.id}/evidence/key-card`] as const),
        { key },
      );
      expect([printed.status, (await printed.text()).slice(0, 5)]).toEqual([200, "%PDF-"]);
      expect(await reviewHeaders()).toBe(1);
      expected(200, await lends().acknowledge(debt.id, key));
      await soon("it is sealed", async () => (await evidenceOf()).items[0]?.access === "sealed");
      expect(await reviewHeaders()).toBe(0);
      const early = await lends().unlock(debt.id, key);
      expect([early.status, early.body.code]).toEqual([409, "gbs.not_possible_now"]);
      const file = await fetchedFile(story.door(), lender, `/v1/debts/${debt.id}/evidence/file`);
      expect(file.status).toBe(409);
    },
    stepMs,
  );

  test(
    "opens for its lender once nobody has paid and he has said so",
    async () => {
      await story.letTimePass();
      const { api, lender, borrower } = story;
      api.clock.set(`${dueOn}T22:00:00.000Z`);
      await wake(api);
      expect(await stateOf()).toBe("overdue");
      expect((await lends().unlock(debt.id, key)).status).toBe(409);
      api.clock.advance(25 * hourSeconds);
      await wake(api);
      expect((await lender.done(debt.id, "default", { reason: "Nothing came." })).state).toBe(
        "defaulted",
      );
      const borrowed = await keyVerbs(borrower).unlock(debt.id, key);
      expect(borrowed.status).toBe(409);
      const started = expected(201, await lends().unlock(debt.id, key));
      for (const [first, last] of [
        [0, 999],
        [segmentBytes - 10, segmentBytes + 10],
        [film.length - 1_000, film.length - 1],
      ] as const) {
        const range = `bytes=${first}-${last}`;
        const part = await watch(story.door(), started, { range });
        expect([part.status, part.headers.get("content-range")]).toEqual([
          206,
          `bytes ${first}-${last}/${film.length}`,
        ]);
        expect(sha256Of(await part.bytes())).toBe(sha256Of(film.subarray(first, last + 1)));
      }
      const whole = await watch(story.door(), started);
      expect(sha256Of(await whole.bytes())).toBe(sha256Of(film));
    },
    stepMs,
  );

  test(
    "plays in a browser, where he seeks in it; nothing clear stays in its profile",
    async () => {
      const page = await playing(story, debt, key);
      const video = "document.querySelector('video')";
      await page.until(`${video}.readyState >= 2`);
      const seconds = await page.value<number>(`${video}.duration`);
      expect(seconds).toBeCloseTo(12, 0);
      await page.value(`${video}.currentTime = ${seconds - 2}`);
      await page.until(`!${video}.seeking && ${video}.readyState >= 2`);
      expect(await page.value<number>(`${video}.currentTime`)).toBeGreaterThan(seconds - 3);
      expect(await page.value(`${video}.error`)).toBeNull();
      const read = `fetch(${video}.src).then((r) => r.text()).then((text) => text.includes("${videoMarker}"))`;
      expect(await page.value<boolean>(read)).toBe(true);
      await Bun.sleep(1_000);
      for (const clear of [videoMarker, film.subarray(5_000, 5_064), key])
        expect(filesHolding(browser.profile, clear)).toEqual([]);
    },
    stepMs,
  );

  test(
    "is downloaded, and the age program opens it with the key alone to what the log says",
    async () => {
      const path = `/v1/debts/${debt.id}/evidence/file`;
      const answer = await fetchedFile(story.door(), story.lender, path);
      expect(answer.status).toBe(200);
      const { opened, code } = await openedByAge(await answer.bytes(), { passphrase: key });
      expect(code).toBe(0);
      const log = await custodyOf(story.lender, debt);
      const submitted = log.find(({ kind }) => kind === "evidence_submitted");
      expect(sha256Of(opened ?? new Uint8Array())).toBe(
        JSON.parse(submitted?.text ?? "").data.sha256,
      );
      expect(sha256Of(opened ?? new Uint8Array())).toBe(sha256Of(film));
    },
    stepMs,
  );

  test(
    "is in a dossier that is proven by the fingerprint of our key",
    async () => {
      const zip = await dossierOf(story.door(), story.lender, debt);
      const file = unpacked(zip).get("evidence.age") ?? Buffer.alloc(0);
      const { opened } = await openedByAge(file, { passphrase: key });
      expect(sha256Of(opened ?? new Uint8Array())).toBe(sha256Of(film));
      const published = await story.api.get<{ keys: { fingerprint: string }[] }>(
        "/.well-known/fintrack-keys.json",
      );
      const { code, output } = await runVerifier("node", zip, [
        ...["--key", published.body.keys[0]?.fingerprint ?? ""],
      ]);
      expect([code, output]).toEqual([0, expect.stringMatching(/^PROVEN/m)]);
      expect(output).toContain(`SHA-256 ${sha256Of(film)}`);
    },
    stepMs,
  );

  test(
    "has its whole story in the log, in order",
    async () => {
      story.api.clock.advance(hourSeconds);
      await story.api.runJob("gbs.end_playbacks");
      const kinds = await loggedOf(story.api, debt);
      const told = kinds.filter((kind) =>
        /evidence|consent|sentence|key_|sealed|default/.test(kind),
      );
      expect(told.slice(0, 9)).toEqual([
        ...["consent_given", "sentence_drawn", "evidence_submitted", "evidence_opened"],
        ...["evidence_viewed", "evidence_approved", "key_revealed", "key_acknowledged", "sealed"],
      ]);
      const views = await entriesOf(story.api, debt.id, "evidence_viewed");
      expect(views[0]).toMatchObject({ ranges: [[4_194_000, 4_195_000]] });
      expect(views.at(-1)).toMatchObject({ ranges: [[0, film.length - 1]] });
    },
    stepMs,
  );

  test(
    "has left no clear byte and no key: in files, buckets, rows, dumps or the write-ahead log",
    async () => {
      const { api, stores } = story;
      const secrets = [videoMarker, key, key.replaceAll("-", "")];
      const stored = openStoredBytes(api.databases);
      try {
        const texts = [await stored.rows(), await stored.snapshots()];
        for (const text of texts) {
          expect(text).toContain(debt.id);
          for (const secret of secrets) expect(text.includes(secret)).toBe(false);
        }
        expect(await stored.isInWal(debt.id)).toBe(true);
        for (const secret of secrets) expect(await stored.isInWal(secret)).toBe(false);
      } finally {
        await stored.close();
      }
      // What is looked with does find it.
      expect(filesHolding(join(import.meta.dir, "../../fixtures/videos"), videoMarker)).toContain(
        "plain.mp4",
      );
      const clear = film.subarray(segmentBytes, segmentBytes + 64);
      for (const secret of [...secrets, clear]) {
        expect(filesHolding(api.dataDir, secret)).toEqual([]);
        for (const store of [stores.objects, stores.volatile])
          expect(await objectsHolding(store, secret)).toEqual([]);
      }
      const kept = await stores.objects.list(`evidence/${debt.id}/`, { limit: 10 });
      // The segments, and the header of the lender beside them.
      expect(kept.length).toBe(Math.ceil(film.length / segmentBytes) + 1);
    },
    stepMs,
  );
}

/** A page of the server's own, in which the lender has typed his key: the playback is authorised by the cookie that it gave. */
async function playing(story: EvidenceStory, { id }: Debt, key: string): Promise<Page> {
  const page = await browser.open("en");
  await page.goto(`${story.door().url}/admin/evidence`);
  const unlock = {
    method: "POST",
    headers: {
      authorization: `Bearer ${await story.lender.token()}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ key }),
  };
  await page.value(`fetch("/v1/debts/${id}/evidence/playback", ${JSON.stringify(unlock)})
    .then((answer) => answer.json())
    .then(({ playbackId }) => {
      const video = document.createElement("video");
      video.preload = "metadata";
      video.src = "/v1/evidence-media/" + playbackId;
      document.body.replaceChildren(video);
    })`);
  return page;
}

/** Keys of the objects in which these bytes stand. */
async function objectsHolding(
  store: EvidenceStory["stores"]["objects"],
  wanted: string | Uint8Array,
): Promise<string[]> {
  const holding: string[] = [];
  for (const { key } of await store.list("", { limit: 1_000 })) {
    const bytes = Buffer.concat(await Array.fromAsync((await store.get(key))?.chunks ?? []));
    if (bytes.includes(wanted)) holding.push(key);
  }
  return holding;
}
