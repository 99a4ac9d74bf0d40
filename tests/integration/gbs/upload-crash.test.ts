import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import postgres from "postgres";
import { segmentBytes } from "#modules/gbs/bounds";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { eventually } from "../../support/eventually.ts";
import {
  type EvidencePair,
  evidencePair,
  openEvidenceApp,
  sha256Of,
  videoFile,
  videoMarker,
} from "../../support/evidence.ts";
import { expectEvidenceSound } from "../../support/evidence-truths.ts";
import { filesHolding } from "../../support/files-holding.ts";
import { loggedOf } from "../../support/gbs.ts";
import { holdCustodyLogs } from "../../support/held-custody-logs.ts";
import { startJobAtRisk } from "../../support/job-at-risk.ts";
import { databaseVariables } from "../../support/main-process.ts";
import { storageOf } from "../../support/operators.ts";
import { markedVideo, type SealedCopies, watchSealedCopies } from "../../support/sealed-copies.ts";
import {
  endServerProcesses,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";
import { sendTus, type TusAnswer } from "../../support/tus.ts";

const testMs = 600_000;
/** Two clients ask again and again. */
const environment = { READS_PER_MINUTE: "1000000" };

let api: TestApp;
let pair: EvidencePair;
let connections: { readonly watch: postgres.Sql; readonly owner: postgres.Sql };
beforeAll(async () => {
  // The time of the other processes.
  api = await openEvidenceApp({ clock: createTestClock(new Date().toISOString()), environment });
  pair = await evidencePair(api);
  const { appUrl, ownerUrl } = api.databases.main;
  const connect = (url: string) =>
    postgres({ ...postgresJsOptions(parseConnection(url)), max: 1, onnotice: () => {} });
  connections = { watch: connect(appUrl), owner: connect(ownerUrl) };
}, 180_000);
afterEach(endServerProcesses);
afterAll(async () => {
  await Promise.all([connections.watch.end(), connections.owner.end()]);
  await api.close();
});

const offer = { plan: undefined, dueOn: "2040-01-01" };
const segments = 12;
const length = segments * segmentBytes + 4_321;

/** Takes the uploads, with the keys, the disk and the database of the test's own application. */
const startServer = (): Promise<ServerProcess> =>
  startServerProcess({
    ...{ ...databaseVariables(api.databases), ...environment },
    ...{ DATA_DIR: api.dataDir, DEFAULT_PLAN: "pro", PUBLIC_URL: api.url },
    SMTP_URL: api.mails.server.url,
  });

/** Once the server has come so many segments further than it was, by what is on record or on the disk, and a little later. */
type Kill = {
  readonly seen: "claimed" | "stored" | "counted";
  readonly segments: number;
  readonly delayMs: number;
};
const anyKill: fc.Arbitrary<Kill> = fc.record({
  seen: fc.constantFrom("claimed", "stored", "counted"),
  segments: fc.integer({ min: 0, max: 3 }),
  delayMs: fc.integer({ min: 0, max: 40 }),
});

type Sent = { readonly id: string; readonly debtId: string; readonly copies: SealedCopies };

async function begun(...videos: readonly Uint8Array[]): Promise<Sent> {
  await api.sql`delete from platform.attempts`;
  const { id: debtId } = await pair.accepted(offer);
  const { id } = await pair.recorder.begin(debtId, length);
  return { id, debtId, copies: await watchSealedCopies(api, id, videos) };
}

const asked = async (
  server: Pick<ServerProcess, "url">,
  id: string,
  method: "HEAD" | "PATCH",
  rest?: object,
) =>
  sendTus(server, await pair.borrower.token(), {
    ...{ method, path: `/v1/evidence-uploads/${id}`, ...rest },
  });

/** Where the upload goes on, as clients of tus ask; null when it does not, or nobody answers. */
async function offsetAt(server: Pick<ServerProcess, "url">, id: string): Promise<number | null> {
  const answer = await asked(server, id, "HEAD").catch(() => null);
  const offset = answer?.status === 200 ? answer.headers.get("upload-offset") : null;
  return offset === null || offset === undefined ? null : Number(offset);
}

/** The rest of a video from there on; null when the server is killed meanwhile. */
const sendFrom = (
  server: Pick<ServerProcess, "url">,
  id: string,
  offset: number,
  video: Uint8Array,
): Promise<TusAnswer | null> =>
  asked(server, id, "PATCH", {
    body: video.subarray(offset),
    headers: {
      ...{ "upload-offset": String(offset), "content-type": "application/offset+octet-stream" },
    },
  }).catch(() => null);

async function progressOf({ id, copies }: Sent) {
  const [row] = await api.sql<{ state: string; offset: number; claimed: number }[]>`
    select state, offset_bytes::float8 as offset,
      (select count(*)::int from gbs.upload_segments where upload_id = id) as claimed
    from gbs.uploads where id = ${id}`;
  const { state = "", offset = 0, claimed = 0 } = row ?? {};
  const counted = Math.ceil(offset / segmentBytes);
  return { ...{ state, offset, claimed, counted }, stored: copies.stored() };
}

/** Also when it cannot come that far any more. */
async function whenItIsTimeTo(kill: Kill, sent: Sent): Promise<void> {
  const before = await progressOf(sent);
  for (let now = before; now.state === "receiving"; now = await progressOf(sent)) {
    if (now[kill.seen] >= before[kill.seen] + kill.segments) break;
    await Bun.sleep(3);
  }
  await Bun.sleep(kill.delayMs);
}

async function killed(server: ServerProcess): Promise<void> {
  server.kill("SIGKILL");
  await server.ended;
}

/** A writer that has died, or does not answer, keeps an upload for a while: it is over. */
const letLeaseRunOut = ({ id }: Sent) =>
  api.sql`update gbs.uploads set leased_until = null where id = ${id} and state = 'receiving'`;

async function expectNothingClear({ debtId, copies }: Sent): Promise<void> {
  expect(filesHolding(api.dataDir, videoMarker)).toEqual([]);
  copies.look();
  expect(copies.sealedTwice()).toEqual([]);
  await expectEvidenceSound(api, debtId);
}

/** The job that the last byte ordered may have been killed with its process: it is run again. */
async function becameEvidence({ id, debtId }: Sent, recording: Uint8Array): Promise<void> {
  await eventually(
    "it has become evidence",
    async () => {
      await api.runJob("gbs.finish_upload", { uploadId: id });
      return (await pair.recorder.state(id)).state === "submitted";
    },
    180_000,
  );
  const { items } = await pair.evidenceOf(pair.lender, debtId);
  expect(items).toMatchObject([{ id, sha256: sha256Of(recording), sizeBytes: length }]);
  // Says as well that it stands in the log once.
  await expectEvidenceSound(api, debtId);
}

test(
  "kill -9 wherever bytes come: what was durable stays, nothing is ever clear, and the rest makes it whole",
  async () => {
    const video = await markedVideo(length);
    const plan = fc.array(anyKill, { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(plan, async (kills) => {
        const sent = await begun(video);
        let offset = 0;
        for (const kill of kills) {
          const server = await startServer();
          const found = await offsetAt(server, sent.id);
          expect(found).toBeGreaterThanOrEqual(offset);
          offset = found ?? offset;
          if (offset === length) break;
          const sending = sendFrom(server, sent.id, offset, video);
          await whenItIsTimeTo(kill, sent);
          await killed(server);
          await sending;
          await expectNothingClear(sent);
          const { counted } = await progressOf(sent);
          expect(sent.copies.segments()).toBeGreaterThanOrEqual(counted);
          await letLeaseRunOut(sent);
        }
        const server = await startServer();
        const rest = (await offsetAt(server, sent.id)) ?? length;
        if (rest < length) expect((await sendFrom(server, sent.id, rest, video))?.status).toBe(204);
        await becameEvidence(sent, video);
        await expectNothingClear(sent);
      }),
      { numRuns: 1, endOnFailure: true },
    );
  },
  testMs,
);

/** With ever more of them nobody would get anywhere. */
const maxTurns = 60;

type Duel = {
  /** The first segment that the second client has other bytes of. */
  readonly otherFrom: number;
  /** Of both servers, the second one so much later. */
  readonly kills: readonly (Kill & { readonly first: 0 | 1; readonly laterMs: number })[];
  /** How many segments each of them sends at a time. */
  readonly atOnce: readonly number[];
  /** Until the other one may write, though the first is still at it: it did not come to say so for long. */
  readonly turnMs: readonly number[];
};
const anyDuel: fc.Arbitrary<Duel> = fc.record({
  otherFrom: fc.integer({ min: 1, max: segments - 1 }),
  kills: fc.array(
    fc.record({
      seen: fc.constantFrom("claimed", "stored", "counted"),
      segments: fc.integer({ min: 1, max: 4 }),
      delayMs: fc.integer({ min: 0, max: 40 }),
      first: fc.constantFrom(0, 1),
      laterMs: fc.integer({ min: 0, max: 100 }),
    }),
    { minLength: 2, maxLength: 2 },
  ),
  atOnce: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  turnMs: fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 8, maxLength: 8 }),
});

/** A client that never gives up while the upload goes on and there is a server. */
async function insist(
  sent: Sent,
  server: Pick<ServerProcess, "url">,
  { video, atOnce, isKilled }: { video: Uint8Array; atOnce: number; isKilled: () => boolean },
): Promise<void> {
  while (!isKilled() && (await progressOf(sent)).state === "receiving") {
    const offset = await offsetAt(server, sent.id);
    if (offset !== null) {
      const end = (Math.floor(offset / segmentBytes) + atOnce) * segmentBytes;
      await sendFrom(server, sent.id, offset, video.subarray(0, end));
    }
    await Bun.sleep(5);
  }
}

test(
  "two clients with different bytes and kill -9 of their servers: no nonce ever covers two plaintexts",
  async () => {
    await fc.assert(
      fc.asyncProperty(anyDuel, async ({ otherFrom, kills, atOnce, turnMs }) => {
        const videos = await Promise.all([markedVideo(length), markedVideo(length, otherFrom)]);
        const sent = await begun(...videos);
        /** Until the upload has ended, or the servers are killed as it is said. */
        async function round(
          servers: readonly Pick<ServerProcess, "url">[],
          kill?: () => Promise<void>,
        ) {
          let [isKilled, isOver] = [false, false];
          const clients = Promise.all(
            servers.map((server, which) =>
              insist(sent, server, {
                ...{ video: videos[which] ?? new Uint8Array(), atOnce: atOnce[which] ?? 1 },
                isKilled: () => isKilled,
              }),
            ),
          ).finally(() => {
            isOver = true;
          });
          const turns = (async () => {
            for (let turn = 0; !isOver; turn += 1) {
              await Bun.sleep(turnMs[turn % turnMs.length] ?? 0);
              if (turn < maxTurns) await letLeaseRunOut(sent);
              sent.copies.look();
            }
          })();
          await kill?.();
          isKilled = kill !== undefined;
          await Promise.all([clients, turns]);
          await letLeaseRunOut(sent);
          await expectNothingClear(sent);
        }
        for (const kill of kills) {
          if ((await progressOf(sent)).state !== "receiving") break;
          const servers = await Promise.all([startServer(), startServer()]);
          const [first, second] = kill.first === 0 ? servers : servers.toReversed();
          await round(servers, async () => {
            await whenItIsTimeTo(kill, sent);
            if (first) await killed(first);
            await Bun.sleep(kill.laterMs);
            if (second) await killed(second);
          });
        }
        await round([api, api]);
        const { state } = await progressOf(sent);
        if (state !== "discarded") return becameEvidence(sent, sent.copies.recording());
        expect((await pair.recorder.state(sent.id)).fault).toBe("diverged");
        await api.sql`update gbs.uploads set leased_until = null where id = ${sent.id}`;
        await api.runJob("gbs.sweep_uploads");
        expect(sent.copies.stored()).toBe(0);
        await expectNothingClear(sent);
      }),
      { numRuns: 2, endOnFailure: true },
    );
  },
  testMs,
);

/** Asks a process of its own, and kills it once it waits for what somebody else holds. */
async function killedWhileAsking(
  path: string,
  headers: Readonly<Record<string, string>>,
  waits: () => Promise<unknown>,
): Promise<void> {
  const server = await startServer();
  const token = await pair.borrower.token();
  const answered = sendTus(server, token, { method: "POST", path, headers }).then(
    ({ status }) => status,
    () => "killed",
  );
  await waits();
  await killed(server);
  expect<unknown>(await answered).toBe("killed");
}

test(
  "kill -9 while a sentence is drawn or an upload is begun: nothing is there, and the same request does it once",
  async () => {
    await api.sql`delete from platform.attempts`;
    const { id: debtId } = await pair.accepted(offer);
    const path = `/v1/debts/${debtId}/evidence`;
    const stored = () => storageOf(api).volatile.list("evidence/", { limit: 100 });
    const [sentences, headers] = [await loggedOf(api, { id: debtId }), (await stored()).length];

    const held = await holdCustodyLogs(connections, 180_000);
    await killedWhileAsking(`${path}/sentences`, {}, held.someoneWaits).finally(held.release);
    expect(await loggedOf(api, { id: debtId })).toEqual(sentences);
    await expectEvidenceSound(api, debtId);
    expect((await pair.borrower.post(`${path}/sentences`)).status).toBe(201);

    const asking = { "upload-length": String(length), "idempotency-key": "once" };
    const lock = `gbs uploads ${pair.borrower.user.id}`;
    const { owner, watch } = connections;
    await owner.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`;
      await killedWhileAsking(`${path}/uploads`, asking, () =>
        eventually("it waits for its turn", async () => {
          const waiting = await watch`select 1 from pg_stat_activity
            where datname = current_database() and wait_event = 'advisory'`;
          return waiting.length > 0;
        }),
      );
    });
    expect((await pair.evidenceOf(pair.borrower, debtId)).upload).toBeNull();
    expect(await stored()).toHaveLength(headers);
    const again = () =>
      pair.recorder.tus("POST", `${path}/uploads`, { headers: asking }).then(({ json }) => json);
    const begun = await again();
    expect(begun).toMatchObject({ state: "receiving", offsetBytes: 0 });
    expect(await again()).toEqual(begun);
    expect(await stored()).toHaveLength(headers + 1);
    await expectEvidenceSound(api, debtId);
  },
  testMs,
);

test(
  "kill -9 while an upload becomes evidence: it does once, later",
  async () => {
    await api.sql`delete from platform.attempts`;
    const { id: debtId } = await pair.accepted(offer);
    const video = await videoFile("plain.webm");
    const uploadId = await pair.recorder.upload(debtId, video);
    const held = await holdCustodyLogs(connections, 180_000);
    const running = startJobAtRisk(api, "gbs.finish_upload", { payload: { uploadId } });
    try {
      await held.someoneWaits();
    } finally {
      running.kill();
      expect(await running.ended).toBe("killed");
      await held.release();
    }
    expect((await pair.recorder.state(uploadId)).state).toBe("checking");
    expect((await pair.borrower.debt(debtId)).state).toBe("accepted");
    expect(await loggedOf(api, { id: debtId })).not.toContain("evidence_submitted");
    await expectEvidenceSound(api, debtId);
    for (const _run of [1, 2]) await pair.finish(uploadId);
    expect((await pair.borrower.debt(debtId)).state).toBe("evidence_submitted");
    const { items } = await pair.evidenceOf(pair.borrower, debtId);
    expect(items).toMatchObject([{ id: uploadId, sha256: sha256Of(video) }]);
    await expectEvidenceSound(api, debtId);
  },
  testMs,
);
