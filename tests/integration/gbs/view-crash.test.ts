import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import postgres from "postgres";
import { segmentBytes } from "#modules/gbs/bounds";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { eventually } from "../../support/eventually.ts";
import { openEvidenceApp, videoMarker } from "../../support/evidence.ts";
import { expectEvidenceSound } from "../../support/evidence-truths.ts";
import { filesHolding } from "../../support/files-holding.ts";
import { type DebtUser, debtUser, expected, loggedOf } from "../../support/gbs.ts";
import { type Approved, type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { holdCustodyLogs, killedWhileAsking } from "../../support/held-custody-logs.ts";
import { startJobAtRisk } from "../../support/job-at-risk.ts";
import { databaseVariables } from "../../support/main-process.ts";
import { entriesOf, reviewed as reviewedBy, type Started, watch } from "../../support/operators.ts";
import { receive } from "../../support/received-bytes.ts";
import { markedVideo } from "../../support/sealed-copies.ts";
import {
  endServerProcesses,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const timeoutMs = 180_000;
const testMs = 600_000;
const length = 5 * segmentBytes + 54_321;

let api: TestApp;
let world: HandOverWorld;
let reviewed: Approved;
/** In default, and sealed with the key. */
let sealed: Approved & { readonly key: string };
let connections: { readonly watch: postgres.Sql; readonly owner: postgres.Sql };
beforeAll(async () => {
  // The time of the other processes.
  api = await openEvidenceApp({ clock: createTestClock(new Date().toISOString()) });
  world = await handOverWorld(api);
  const { appUrl, ownerUrl } = api.databases.main;
  const connect = (url: string) =>
    postgres({ ...postgresJsOptions(parseConnection(url)), max: 1, onnotice: () => {} });
  connections = { watch: connect(appUrl), owner: connect(ownerUrl) };
  const video = await markedVideo(length);
  const approved = await world.approved({ video });
  sealed = { ...approved, ...(await world.seal(approved)) };
  await world.declareDefault(sealed);
  reviewed = await world.submitted({ video });
  expected(200, await world.review.claim(reviewed.evidenceId));
}, timeoutMs);
afterEach(endServerProcesses);
afterAll(async () => {
  await Promise.all([connections.watch.end(), connections.owner.end()]);
  await api.close();
});

/** Takes requests and does no jobs, with the same keys and the same disk. */
const startServer = (): Promise<ServerProcess> =>
  startServerProcess({
    ...databaseVariables(api.databases),
    ...{ DATA_DIR: api.dataDir, DEFAULT_PLAN: "pro", GBS_EVIDENCE: "video", PUBLIC_URL: api.url },
    ...{ ROLE: "api", SMTP_URL: api.mails.server.url },
  });

async function killed(server: ServerProcess): Promise<void> {
  server.kill("SIGKILL");
  await server.ended;
}

type Range = { readonly first: number; readonly last: number };
type Watcher = "operator" | "lender";
const watchers = ["operator", "lender"] as const;

const recordingOf = (watcher: Watcher): Approved => (watcher === "operator" ? reviewed : sealed);
const begin = async (watcher: Watcher): Promise<View> =>
  watcher === "operator"
    ? expected(201, await world.review.play(reviewed.evidenceId))
    : expected(201, await world.lender.unlock(sealed.debt.id, sealed.key));

type View = Pick<Started, "playbackId" | "token">;

const recordedOf = async ({ playbackId }: View): Promise<readonly Range[]> =>
  api.sql<Range[]>`select first_byte::float8 as first, last_byte::float8 as last
    from gbs.playback_ranges where playback_id = ${playbackId}`;
/** What the custody log says of a playback that is over; undefined = nothing yet. */
async function loggedRanges(
  watcher: Watcher,
  { playbackId }: View,
): Promise<readonly Range[] | undefined> {
  const views = await entriesOf(api, recordingOf(watcher).debt.id, "evidence_viewed");
  const found = views.filter((view) => view["playback"] === playbackId);
  expect(found.length).toBeLessThanOrEqual(1);
  const ranges = found[0]?.["ranges"] as readonly (readonly [number, number])[] | undefined;
  return ranges?.map(([first, last]) => ({ first, last }));
}

/** The bytes of a range that none of the others has. */
function uncovered(range: Range, by: readonly Range[]): number {
  let { first } = range;
  for (const { first: begin, last } of by.toSorted((one, other) => one.first - other.first))
    if (begin <= first) first = Math.max(first, last + 1);
  return Math.max(0, range.last + 1 - first);
}
const within = (range: Range, from: readonly number[]): boolean =>
  from.some((first) => range.first >= first) && range.last < length;

type Viewing = {
  /** Where each of them begins to watch, at once, as players do that seek. */
  readonly from: Readonly<Record<Watcher, readonly number[]>>;
  /** The server is killed once so much has arrived of all of it, and a little later. */
  readonly arrived: number;
  readonly delayMs: number;
  /** What ends the playbacks that the killed server has left. */
  readonly endedBy: "time" | "the next view";
};
const anyFrom = fc.array(fc.nat({ max: length - 1 }), { minLength: 1, maxLength: 2 });
const anyViewing: fc.Arbitrary<Viewing> = fc.record({
  from: fc.record({ operator: anyFrom, lender: anyFrom }),
  arrived: fc.nat({ max: 3 * segmentBytes }),
  delayMs: fc.nat({ max: 30 }),
  endedBy: fc.constantFrom("time", "the next view"),
});

test(
  "kill -9 while recordings are watched: whatever has arrived anywhere was on record before, and stands in the log",
  async () => {
    let arrivedAtAll = 0;
    await fc.assert(
      fc.asyncProperty(anyViewing, async ({ from, arrived, delayMs, endedBy }) => {
        const server = await startServer();
        const views = await Promise.all(
          watchers.map(async (watcher) => {
            const started = await begin(watcher);
            const path = `/v1/evidence-media/${started.playbackId}`;
            const received = from[watcher].map((first) => ({
              first,
              ...receive(server.url, path, {
                ...{ "playback-token": started.token, range: `bytes=${first}-` },
              }),
            }));
            return { watcher, started, received };
          }),
        );
        const all = views.flatMap(({ received }) => received);
        const isOver = Promise.all(all.map(({ body }) => body)).then(() => true);
        while (all.reduce((sum, one) => sum + one.arrived(), 0) < arrived)
          if (await Promise.race([isOver, Bun.sleep(3)])) break;
        await Bun.sleep(delayMs);
        await killed(server);

        expect(filesHolding(api.dataDir, videoMarker)).toEqual([]);
        if (endedBy === "time") {
          api.clock.advance(601);
          await api.runJob("gbs.end_playbacks");
        }
        for (const { watcher, started, received } of views) {
          const { video, debt } = recordingOf(watcher);
          const recorded = await recordedOf(started);
          expect(recorded.filter((range) => !within(range, from[watcher]))).toEqual([]);
          const left = endedBy === "time" ? await loggedRanges(watcher, started) : undefined;
          // It goes on where another process is, or another one begins.
          expected(200, await world.review.claim(reviewed.evidenceId));
          const next = await begin(watcher);
          const again = await watch(api, next, { range: `bytes=${length - 1_000}-` });
          expect(await again.bytes()).toEqual(video.slice(-1_000));
          const logged = left ?? (await loggedRanges(watcher, started));
          if (logged === undefined) throw new Error("a view is not in the log");
          for (const range of recorded) expect(uncovered(range, logged)).toBe(0);
          for (const { first, body } of received) {
            const bytes = await body;
            if (!bytes || bytes.length === 0) continue;
            arrivedAtAll += bytes.length;
            const range = { first, last: first + bytes.length - 1 };
            expect(Buffer.compare(bytes, video.subarray(first, range.last + 1))).toBe(0);
            expect({ range, missing: uncovered(range, recorded) }).toEqual({ range, missing: 0 });
            expect(uncovered(range, logged)).toBe(0);
          }
          await expectEvidenceSound(api, debt.id);
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
    expect(arrivedAtAll).toBeGreaterThan(segmentBytes);
  },
  testMs,
);

async function killedWhileEndingClaims(): Promise<void> {
  const held = await holdCustodyLogs(connections, timeoutMs);
  const running = startJobAtRisk(api, "gbs.end_claims");
  try {
    await held.someoneWaits();
  } finally {
    running.kill();
    await running.ended;
    await held.release();
  }
}

const killedAsking = (user: DebtUser, path: string, body?: object): Promise<void> =>
  killedWhileAsking(connections, startServer, { user, path, body }, timeoutMs);

test(
  "kill -9 while a recording is opened: nobody has opened it, and it is opened again",
  async () => {
    const paths = {
      operator: `/v1/admin/evidence/${reviewed.evidenceId}/playback`,
      lender: `/v1/debts/${sealed.debt.id}/evidence/playback`,
    };
    for (const watcher of watchers) {
      const { debt, video } = recordingOf(watcher);
      const before = await loggedOf(api, debt);
      const user = watcher === "operator" ? world.operator : world.pair.lender;
      const body = watcher === "lender" ? { key: sealed.key } : undefined;
      await killedAsking(user, paths[watcher], body);
      expect(await loggedOf(api, debt)).toEqual(before);
      await expectEvidenceSound(api, debt.id);
      // The try of the killed process counts until its wait is over.
      api.clock.advance(3);
      const again = await watch(api, await begin(watcher), { range: "bytes=0-99" });
      expect(await again.bytes()).toEqual(video.slice(0, 100));
      expect((await loggedOf(api, debt)).slice(before.length)).toContain("evidence_opened");
    }
  },
  testMs,
);

test(
  "kill -9 while the lender fetches the age file: whoever has a byte of it stands in the log",
  async () => {
    const before = (await loggedOf(api, sealed.debt)).length;
    const server = await startServer();
    const path = `/v1/debts/${sealed.debt.id}/evidence/file`;
    const { arrived, body } = receive(server.url, path, {
      authorization: `Bearer ${await world.pair.lender.token()}`,
    });
    await eventually("some of it arrives", () => arrived() > 100_000);
    await killed(server);
    const file = (await body) ?? new Uint8Array();
    expect(Buffer.from(file.subarray(0, 40)).toString("latin1")).toStartWith("age-encryption.org/");
    expect(file.length).toBeLessThan(length);
    expect((await loggedOf(api, sealed.debt)).slice(before)).toEqual(["evidence_fetched"]);
    expect(filesHolding(api.dataDir, videoMarker)).toEqual([]);
    await expectEvidenceSound(api, sealed.debt.id);
  },
  testMs,
);

test(
  "the claim of an operator whose server was killed ends by itself, and another one takes the recording",
  async () => {
    const { debt, evidenceId } = reviewed;
    expected(200, await world.review.claim(evidenceId));
    const started = await begin("operator");
    const server = await startServer();
    const { body } = receive(server.url, `/v1/evidence-media/${started.playbackId}`, {
      "playback-token": started.token,
    });
    await Bun.sleep(50);
    await killed(server);
    const arrived = (await body)?.length ?? 0;
    api.clock.advance(1_801);
    await killedWhileEndingClaims();
    expect((await world.pair.lender.debt(debt.id)).state).toBe("under_review");
    expect(await loggedRanges("operator", started)).toBeUndefined();
    await expectEvidenceSound(api, debt.id);
    await api.runJob("gbs.end_claims");
    expect((await world.pair.lender.debt(debt.id)).state).toBe("evidence_submitted");
    const logged = await loggedRanges("operator", started);
    if (arrived > 0) expect(uncovered({ first: 0, last: arrived - 1 }, logged ?? [])).toBe(0);
    await expectEvidenceSound(api, debt.id);
    const other = await debtUser(api, { roles: ["operator"] });
    await reviewedBy(api, other, evidenceId, "approve");
    await expectEvidenceSound(api, debt.id);
    expect((await watch(api, started)).status).toBe(404);
  },
  testMs,
);
