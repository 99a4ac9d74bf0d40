import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import postgres from "postgres";
import { segmentBytes } from "#modules/gbs/bounds";
import { recordingName } from "#modules/gbs/domain/dossier";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { dossierOf } from "../../support/custody-api.ts";
import { unpacked } from "../../support/dossiers.ts";
import { openEvidenceApp } from "../../support/evidence.ts";
import { expectEvidenceSound } from "../../support/evidence-truths.ts";
import { expected, loggedOf } from "../../support/gbs.ts";
import {
  type Approved,
  farOffer,
  fetchedFile,
  type HandOverWorld,
  handOverWorld,
} from "../../support/hand-over.ts";
import { holdCustodyLogs } from "../../support/held-custody-logs.ts";
import { type JobAtRisk, runJobAtRisk, startJobAtRisk } from "../../support/job-at-risk.ts";
import { type Started, storageOf, watch } from "../../support/operators.ts";
import { markedVideo } from "../../support/sealed-copies.ts";
import type { TestApp } from "../../support/test-app.ts";

const job = "gbs.destroy_evidence";
const timeoutMs = 180_000;
const testMs = 600_000;
const daySeconds = 86_400;

let api: TestApp;
let world: HandOverWorld;
let connections: { readonly watch: postgres.Sql; readonly owner: postgres.Sql };
const started = new Set<JobAtRisk>();
beforeAll(async () => {
  api = await openEvidenceApp();
  world = await handOverWorld(api);
  const { appUrl, ownerUrl } = api.databases.main;
  const connect = (url: string) =>
    postgres({ ...postgresJsOptions(parseConnection(url)), max: 1, onnotice: () => {} });
  connections = { watch: connect(appUrl), owner: connect(ownerUrl) };
}, timeoutMs);
afterEach(async () => {
  for (const one of started) one.kill();
  await Promise.allSettled([...started].map(({ ended }) => ended));
  started.clear();
});
afterAll(async () => {
  await Promise.all([connections.watch.end(), connections.owner.end()]);
  await api.close();
});

/** Kills the job where it waits to write into a custody log. */
async function killedWhileRecording(): Promise<void> {
  const held = await holdCustodyLogs(connections, timeoutMs);
  try {
    const running = startJobAtRisk(api, job);
    started.add(running);
    await held.someoneWaits();
    running.kill();
    expect(await running.ended).toBe("killed");
  } finally {
    await held.release();
  }
}

type Kept = Pick<Approved, "debt" | "evidenceId">;
type Watching = Pick<Started, "playbackId" | "token">;

/** Everything in the stores that is a recording's. */
async function objectsOf({ debt, evidenceId }: Kept): Promise<number> {
  const { objects, volatile } = storageOf(api);
  const page = { limit: 50 };
  const [payload, headers] = await Promise.all([
    objects.list(`evidence/${debt.id}/${evidenceId}/`, page),
    volatile.list(`evidence/${evidenceId}/`, page),
  ]);
  return payload.length + headers.length;
}
/** How many changes bring a destruction on by one step: a header that is only written over so far is so once more. */
async function oneStep({ evidenceId }: Kept): Promise<number> {
  const header = await storageOf(api).volatile.get(`evidence/${evidenceId}/review-header`);
  const bytes = header ? Buffer.concat(await Array.fromAsync(header.chunks)) : Buffer.of(1);
  return bytes.every((byte) => byte === 0) ? 2 : 1;
}
async function rowOf({ evidenceId }: Kept) {
  const [row] = await api.sql<{ begun: boolean; destroyed: boolean; headers: number }[]>`
    select destroying_at is not null as begun, destroyed_at is not null as destroyed,
      (select count(*)::int from gbs.lender_headers where evidence_id = ${evidenceId}) as headers
    from gbs.evidence where id = ${evidenceId}`;
  if (!row) throw new Error("a recording without a row");
  return row;
}
const times = async (made: Kept, kind: string) =>
  (await loggedOf(api, made.debt)).filter((logged) => logged === kind).length;
const range = { range: "bytes=70000-70099" };

/** Whatever is left of it: its parties and operators get none of it, on any way. */
async function expectNobodyPlays(made: Kept, key: string, before: readonly Watching[]) {
  const { debt, evidenceId } = made;
  for (const watching of before) expect((await watch(api, watching, range)).status).toBe(404);
  await api.sql`delete from platform.attempts`;
  const { lender } = world.pair;
  const file = await fetchedFile(api, lender, `/v1/debts/${debt.id}/evidence/file`);
  expect({
    unlock: (await world.lender.unlock(debt.id, key)).status,
    reveal: (await world.lender.reveal(debt.id)).status,
    file: file.status,
    claim: (await world.review.claim(evidenceId)).status,
    play: (await world.review.play(evidenceId)).status,
  }).toEqual({ unlock: 409, reveal: 409, file: 409, claim: 409, play: 409 });
  expect([...unpacked(await dossierOf(api, lender, debt)).keys()]).not.toContain(recordingName);
}

/** Half of it may be gone, which is no damage; only when all of it is, that is said. */
async function expectSound(made: Kept): Promise<void> {
  await api.runJob("gbs.check_recordings");
  expect(await times(made, "evidence_damaged")).toBe(0);
  const { begun, destroyed, headers } = await rowOf(made);
  const isLogged = (await times(made, "evidence_destroyed")) === 1;
  expect({ destroyed, isLogged }).toEqual({ destroyed, isLogged: destroyed });
  if (destroyed) expect([headers, await objectsOf(made)]).toEqual([0, 0]);
  if (!begun) expect(destroyed).toBe(false);
  await expectEvidenceSound(api, made.debt.id);
}

async function cancelled({ debt }: Kept): Promise<void> {
  const { lender, borrower } = world.pair;
  await lender.done(debt.id, "cancellations", { reason: "We are even." });
  const { openCancellation } = await borrower.debt(debt.id);
  await borrower.done(debt.id, `cancellations/${openCancellation?.id}/acceptance`);
}

/** All that a debt may leave: not sealed, so that the server's own key goes as well, and in default. */
async function retained(video?: Uint8Array): Promise<Approved & { readonly key: string }> {
  const made = await world.approved(video ? { video } : {});
  const { key } = await world.reveal(made);
  await cancelled(made);
  await api.sql`update gbs.debts set defaulted_at = ${api.clock.now()} where id = ${made.debt.id}`;
  return { ...made, key };
}

test(
  "kill -9 at each step of a destruction: from its beginning on nobody plays what is left, and it is said when all is gone",
  async () => {
    const made = await retained(await markedVideo(2 * segmentBytes + 4_321));
    const whole = await objectsOf(made);
    api.clock.advance(90 * daySeconds - 60);
    const watching = expected(201, await world.lender.unlock(made.debt.id, made.key));
    expect((await watch(api, watching, range)).status).toBe(206);
    api.clock.advance(60);

    await killedWhileRecording();
    expect(await rowOf(made)).toMatchObject({ begun: false, destroyed: false });
    expect(await objectsOf(made)).toBe(whole);
    expect((await watch(api, watching, range)).status).toBe(206);
    await expectSound(made);

    expect(await runJobAtRisk(api, job, { changes: 0 })).toBe("killed");
    expect(await rowOf(made)).toMatchObject({ begun: true, destroyed: false });
    expect(await objectsOf(made)).toBe(whole);
    await expectSound(made);
    await expectNobodyPlays(made, made.key, [watching]);
    // What was watched stands in the log, though nothing more could be.
    expect(await times(made, "evidence_viewed")).toBe(2);

    let kills = 0;
    for (; (await objectsOf(made)) > 1; kills += 1) {
      expect(await runJobAtRisk(api, job, { changes: await oneStep(made) })).toBe("killed");
      await expectSound(made);
      await expectNobodyPlays(made, made.key, [watching]);
    }
    expect(kills).toBeGreaterThanOrEqual(whole);

    await killedWhileRecording();
    expect(await objectsOf(made)).toBe(0);
    expect(await rowOf(made)).toMatchObject({ begun: true, destroyed: false });
    await expectSound(made);
    await expectNobodyPlays(made, made.key, [watching]);
    expect(await world.item(made)).not.toMatchObject({ access: "destroyed" });

    for (const _run of [1, 2]) expect(await runJobAtRisk(api, job)).toBe("done");
    await expectSound(made);
    expect(await rowOf(made)).toEqual({ begun: true, destroyed: true, headers: 0 });
    expect(await world.item(made)).toMatchObject({ access: "destroyed" });
    await expectNobodyPlays(made, made.key, [watching]);
    for (const { user } of [world.pair.lender, world.pair.borrower])
      expect(
        (await api.mails.to(user.address)).filter(({ subject }) =>
          subject.startsWith("Deleted: a video"),
        ),
      ).toHaveLength(1);
  },
  testMs,
);

test(
  "kill -9 after any number of steps of all that is to be destroyed: whatever ended it, the next runs complete it",
  async () => {
    const changes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 5, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(changes, async (script) => {
        const kept = await retained();
        const before: Watching[] = [];
        const taken: Approved[] = [];
        for (const _each of ["send_back", "refuse", "cancel"]) taken.push(await world.submitted());
        const [back, refused, dropped] = taken;
        if (!back || !refused || !dropped) throw new Error("three recordings");
        for (const { evidenceId } of taken) {
          expected(200, await world.review.claim(evidenceId));
          before.push(expected(201, await world.review.play(evidenceId)));
        }
        await world.decided(back.evidenceId, "send_back");
        await world.decided(refused.evidenceId, "refuse");
        await cancelled(dropped);
        const all: readonly Kept[] = [kept, ...taken];
        api.clock.advance(90 * daySeconds);
        let kills = 0;
        for (const changes of script) {
          const outcome = await runJobAtRisk(api, job, { changes });
          if (outcome === "killed") kills += 1;
          for (const made of all) await expectSound(made);
          for (const made of taken) await expectNobodyPlays(made, kept.key, before);
          if (outcome === "done") break;
        }
        expect(kills).toBeGreaterThan(0);
        await api.runJob(job);
        for (const made of all) {
          expect((await rowOf(made)).destroyed).toBe(true);
          await expectSound(made);
        }
      }),
      { numRuns: 1, endOnFailure: true },
    );
  },
  testMs,
);

test(
  "kill -9 at each step of clearing an upload away: it is taken up again, and said to be cleared when nothing is left",
  async () => {
    await api.sql`delete from platform.attempts`;
    const { recorder, accepted, borrower } = world.pair;
    const debt = await accepted(farOffer);
    const video = await markedVideo(3 * segmentBytes);
    const { id } = await recorder.begin(debt.id, video.length);
    expect((await recorder.send(id, 0, video.subarray(0, 2 * segmentBytes))).status).toBe(204);
    expect((await recorder.tus("DELETE", `/v1/evidence-uploads/${id}`)).status).toBe(204);
    const upload = { debt, evidenceId: id };
    const isCleared = async () =>
      (await api.sql`select cleared_at from gbs.uploads where id = ${id}`)[0]?.["cleared_at"] !==
      null;
    let kills = 0;
    for (; (await objectsOf(upload)) > 1; kills += 1) {
      const changes = kills === 0 ? 0 : await oneStep(upload);
      expect(await runJobAtRisk(api, "gbs.sweep_uploads", { changes })).toBe("killed");
      expect(await isCleared()).toBe(false);
      expect((await recorder.tus("HEAD", `/v1/evidence-uploads/${id}`)).status).toBe(410);
      expect((await borrower.debt(debt.id)).state).toBe("accepted");
      await expectEvidenceSound(api, debt.id);
    }
    expect(kills).toBeGreaterThan(2);
    expect(await runJobAtRisk(api, "gbs.sweep_uploads")).toBe("done");
    expect([await objectsOf(upload), await isCleared()]).toEqual([0, true]);
    await expectEvidenceSound(api, debt.id);
    expect((await world.pair.evidenceOf(borrower, debt.id)).items).toEqual([]);
  },
  testMs,
);
