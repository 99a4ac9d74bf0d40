import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import postgres from "postgres";
import { newIdentity } from "#platform/age/identities";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import { eventually } from "../../support/eventually.ts";
import { openEvidenceApp, sha256Of } from "../../support/evidence.ts";
import { expectEvidenceSound } from "../../support/evidence-truths.ts";
import { type DebtUser, expected, loggedOf } from "../../support/gbs.ts";
import {
  type Approved,
  answerTo,
  fetchedFile,
  type HandOverWorld,
  handOverWorld,
  openedByAge,
} from "../../support/hand-over.ts";
import { holdCustodyLogs, killedWhileAsking } from "../../support/held-custody-logs.ts";
import { runJobAtRisk, startJobAtRisk } from "../../support/job-at-risk.ts";
import { databaseVariables } from "../../support/main-process.ts";
import { fullChecklist, watch as play, played, storageOf } from "../../support/operators.ts";
import {
  endServerProcesses,
  type ServerProcess,
  startServerProcess,
} from "../../support/server-process.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const timeoutMs = 180_000;
const testMs = 600_000;

let api: TestApp;
let world: HandOverWorld;
let watch: postgres.Sql;
let owner: postgres.Sql;
beforeAll(async () => {
  // The time of the other processes.
  api = await openEvidenceApp({ clock: createTestClock(new Date().toISOString()) });
  world = await handOverWorld(api);
  const { appUrl, ownerUrl } = api.databases.main;
  const connect = (url: string) =>
    postgres({ ...postgresJsOptions(parseConnection(url)), max: 1, onnotice: () => {} });
  [watch, owner] = [connect(appUrl), connect(ownerUrl)];
}, timeoutMs);
afterEach(endServerProcesses);
afterAll(async () => {
  await Promise.all([watch.end(), owner.end()]);
  await api.close();
});

/** Takes requests, and does jobs or none, with the same keys and the same disk. */
const start = (role: "api" | "all"): Promise<ServerProcess> =>
  startServerProcess({
    ...databaseVariables(api.databases),
    ...{ DATA_DIR: api.dataDir, DEFAULT_PLAN: "pro", GBS_EVIDENCE: "video", PUBLIC_URL: api.url },
    ...{ ...(role === "api" ? { ROLE: role } : {}), SMTP_URL: api.mails.server.url },
  });

const holdLogs = () => holdCustodyLogs({ owner, watch }, timeoutMs);

const killedAsking = (user: DebtUser, path: string, body?: object): Promise<void> =>
  killedWhileAsking({ owner, watch }, () => start("api"), { user, path, body }, timeoutMs);

const evidencePath = ({ debt }: Pick<Approved, "debt">, what: string) =>
  `/v1/debts/${debt.id}/evidence/${what}`;

const reviewHeader = async ({ evidenceId }: Approved) =>
  (await storageOf(api).volatile.list(`evidence/${evidenceId}/`, { limit: 5 })).length;
/** By the file that the lender gets after a default, and the standard program. */
async function opensWith(made: Approved, by: Parameters<typeof openedByAge>[1]): Promise<boolean> {
  await world.declareDefault(made);
  const answer = await fetchedFile(
    ...([api, world.pair.lender, `/v1/debts/${made.debt.id}/evidence/file`] as const),
  );
  const file = new Uint8Array(await answer.arrayBuffer());
  const { opened } = await openedByAge(file, by);
  return opened !== null && sha256Of(opened) === sha256Of(made.video);
}

const becomes = { approve: "active", send_back: "sent_back", refuse: "refused" } as const;

test.each(["approve", "send_back", "refuse"] as const)(
  "kill -9 while an operator decides to %s: nothing is decided, he watches on, and decides it once",
  async (decision) => {
    const made = await world.submitted();
    expected(200, await world.review.claim(made.evidenceId));
    const started = await played(api, world.review, made.evidenceId);
    const before = await loggedOf(api, made.debt);
    const told = async () => (await api.mails.to(world.pair.lender.user.address)).length;
    const [mails, path] = [await told(), `/v1/admin/evidence/${made.evidenceId}/decision`];
    const reason = decision === "approve" ? {} : { reason: "The face is not visible." };
    const body = { decision, checklist: fullChecklist, ...reason };
    await killedAsking(world.operator, path, body);
    await expectEvidenceSound(api, made.debt.id);
    expect(await loggedOf(api, made.debt)).toEqual(before);
    expect(await told()).toBe(mails);
    expect((await world.pair.lender.debt(made.debt.id)).state).toBe("under_review");
    expect((await world.lender.reveal(made.debt.id)).status).toBe(409);
    expect((await play(api, started, { range: "bytes=0-9" })).status).toBe(206);

    const again = () => world.operator.post(path, body, { "idempotency-key": decision });
    const answer = expected(200, await again());
    // Also when it was done, and the answer was lost.
    expect(expected(200, await again())).toEqual(answer);
    await api.mails.run();
    await expectEvidenceSound(api, made.debt.id);
    expect((await world.pair.lender.debt(made.debt.id)).state).toBe(becomes[decision]);
    expect((await play(api, started, { range: "bytes=0-9" })).status).toBe(404);
    if (decision !== "approve") return;
    const { key } = await world.seal(made);
    expect(await opensWith(made, { passphrase: key })).toBe(true);
  },
  testMs,
);

test(
  "kill -9 while a key is shown: the key before it stays good, and another can be shown",
  async () => {
    const made = await world.approved();
    const first = await world.reveal(made);
    await killedAsking(world.pair.lender, evidencePath(made, "key"));
    expect((await loggedOf(api, made.debt)).filter((kind) => kind === "key_revealed")).toHaveLength(
      1,
    );
    expect(await reviewHeader(made)).toBe(1);
    expect((await world.lender.acknowledge(made.debt.id, first.key)).status).toBe(200);
    await api.mails.run();
    expect(await opensWith(made, { passphrase: first.key })).toBe(true);
  },
  testMs,
);

test(
  "kill -9 while a key is typed back: nothing is sealed, the key stays good and is typed again",
  async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    const path = evidencePath(made, "key-acknowledgement");
    await killedAsking(world.pair.lender, path, { key });
    await api.mails.run();
    expect(await world.item(made)).toMatchObject({ access: "revealed", acknowledgedAt: null });
    expect(await reviewHeader(made)).toBe(1);
    // The try of the killed process counts until its wait is over, or a right key ends it.
    api.clock.advance(3);
    expect((await world.lender.acknowledge(made.debt.id, key)).status).toBe(200);
    await api.mails.run();
    expect(await world.item(made)).toMatchObject({ access: "sealed" });
    expect(await opensWith(made, { passphrase: key })).toBe(true);
  },
  testMs,
);

test(
  "kill -9 between the acknowledgement and its job: another process seals",
  async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    const server = await start("api");
    const answer = await fetchedFile(
      ...([server, world.pair.lender] as const),
      ...([`/v1/debts/${made.debt.id}/evidence/key-acknowledgement`, { key }] as const),
    );
    expect(answer.status).toBe(200);
    server.kill("SIGKILL");
    await server.ended;
    expect(await reviewHeader(made)).toBe(1);
    expect(await world.item(made)).toMatchObject({ access: "revealed" });
    await start("all");
    await eventually(
      "it is sealed",
      async () => (await world.item(made)).access === "sealed",
      timeoutMs,
    );
    expect(await reviewHeader(made)).toBe(0);
    expect(await opensWith(made, { passphrase: key })).toBe(true);
  },
  testMs,
);

test(
  "kill -9 with the server's own key destroyed and nothing recorded: it is said to be sealed once, later",
  async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    expect((await world.lender.acknowledge(made.debt.id, key)).status).toBe(200);
    const held = await holdLogs();
    try {
      const worker = await start("all");
      await eventually(
        "the header is gone",
        async () => (await reviewHeader(made)) === 0,
        timeoutMs,
      );
      await held.someoneWaits();
      worker.kill("SIGKILL");
      await worker.ended;
    } finally {
      await held.release();
    }
    expect(await loggedOf(api, made.debt)).not.toContain("sealed");
    expect(await world.item(made)).toMatchObject({ access: "revealed", sealedAt: null });
    // No job of its own may be left: what looks each hour finds it.
    api.clock.advance(3_601);
    await api.runJob("gbs.seal_waiting");
    expect(await world.item(made)).toMatchObject({ access: "sealed" });
    await api.runJob("gbs.seal_evidence", { evidenceId: made.evidenceId });
    await api.mails.run();
    expect((await loggedOf(api, made.debt)).filter((kind) => kind === "sealed")).toHaveLength(1);
    expect(await opensWith(made, { passphrase: key })).toBe(true);
  },
  testMs,
);

/** Each run comes a step further than the one before, from `first` on; `meanwhile` is asked after each. */
async function sealedThroughKills(
  made: Approved,
  first: number,
  meanwhile: () => Promise<void>,
): Promise<void> {
  const payload = { evidenceId: made.evidenceId };
  let changes = first;
  while ((await runJobAtRisk(api, "gbs.seal_evidence", { payload, changes })) === "killed") {
    changes += 1;
    // A header that is written over lies there as well: nobody may believe that it is gone.
    expect(await reviewHeader(made)).toBe(1);
    expect(await world.item(made)).toMatchObject({ access: "revealed", sealedAt: null });
    expect((await world.lender.reveal(made.debt.id)).status).toBe(409);
    await meanwhile();
  }
  expect(changes).toBeGreaterThan(first);
  await api.mails.run();
  expect(await reviewHeader(made)).toBe(0);
  expect(await world.item(made)).toMatchObject({ access: "sealed" });
  expect((await loggedOf(api, made.debt)).filter((kind) => kind === "sealed")).toHaveLength(1);
}

test(
  "kill -9 at each step of sealing: it is not said before the server's own key is gone, and the lender's opens it",
  async () => {
    const made = await world.approved();
    const { key } = await world.reveal(made);
    expect((await world.lender.acknowledge(made.debt.id, key)).status).toBe(200);
    await sealedThroughKills(made, 0, async () => {
      await expectEvidenceSound(api, made.debt.id);
      expect((await world.lender.acknowledge(made.debt.id, key)).status).toBe(200);
    });
    await expectEvidenceSound(api, made.debt.id);
    expect(await opensWith(made, { passphrase: key })).toBe(true);
  },
  testMs,
);

test(
  "kill -9 while it is handed over to a key of the lender's own, and sealed with it: his key opens it",
  async () => {
    const made = await world.submitted();
    const { identity, recipient } = await newIdentity();
    const { challenge } = expected(200, await world.lender.name(made.debt.id, recipient));
    const proof = await answerTo(challenge, identity);
    expected(200, await world.lender.prove(made.debt.id, proof));
    expected(200, await world.review.claim(made.evidenceId));
    await played(api, world.review, made.evidenceId);
    // The jobs that it orders are left to those below.
    expected(200, await world.review.decide(made.evidenceId, "approve"));

    const headers = () =>
      api.sql`select 1 from gbs.lender_headers where evidence_id = ${made.evidenceId}`;
    const payload = { debtId: made.debt.id };
    await owner.begin(async (tx) => {
      await tx`select 1 from gbs.debts where id = ${made.debt.id} for update`;
      const running = startJobAtRisk(api, "gbs.hand_over_evidence", { payload });
      await eventually("it waits for the debt", async () => {
        const waiting = await watch`select 1 from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        return waiting.length > 0;
      }).finally(running.kill);
      expect(await running.ended).toBe("killed");
    });
    expect(await headers()).toHaveLength(0);
    expect(await reviewHeader(made)).toBe(1);
    for (const _run of [1, 2]) await api.runJob("gbs.hand_over_evidence", payload);
    expect(await headers()).toHaveLength(1);
    await sealedThroughKills(made, 2, async () => {
      expect(await headers()).toHaveLength(1);
    });
    expect(await opensWith(made, { identity })).toBe(true);
  },
  testMs,
);
