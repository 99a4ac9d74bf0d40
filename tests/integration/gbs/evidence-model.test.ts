import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { DebtEvidence } from "#modules/gbs/contract";
import { expectLegalMoves } from "../../support/debt-moves.ts";
import { consentVersion, openEvidenceApp } from "../../support/evidence.ts";
import {
  type EvidenceAttempt,
  longBytes,
  type Person,
  shortBytes,
} from "../../support/evidence-acts.ts";
import {
  anyEvidenceAttempt,
  anyPerson,
  attempt,
  type EvidenceWorld,
  recordingOf,
  straightWay,
  usualAttempts,
} from "../../support/evidence-attempts.ts";
import { toldInParallel } from "../../support/evidence-facts.ts";
import {
  type EvidenceModel,
  evidenceModel,
  hourMs,
  retentionDays,
} from "../../support/evidence-model.ts";
import { type EvidenceFacts, expectShownToNobodyElse } from "../../support/evidence-probes.ts";
import { expectEvidenceSound } from "../../support/evidence-truths.ts";
import { createFaultyStorage } from "../../support/faulty-storage.ts";
import { type DebtUser, debtPair, debtUser } from "../../support/gbs.ts";
import type { TestApp } from "../../support/test-app.ts";

/** How often each property is tried; more, for whoever has the time. */
const stories = Number(process.env["EVIDENCE_STORIES"] ?? 6);
const batches = Number(process.env["EVIDENCE_BATCHES"] ?? 3);
const storyLength = 24;

const storage = createFaultyStorage();
let api: TestApp;
let operator: DebtUser;
let otherOperator: DebtUser;
beforeAll(async () => {
  api = await openEvidenceApp({
    storage: storage.open,
    environment: { READS_PER_MINUTE: "10000000", GBS_RETENTION_DAYS: String(retentionDays) },
  });
  [operator, otherOperator] = await Promise.all([
    debtUser(api, { roles: ["operator"], displayName: "Ola Operator" }),
    debtUser(api, { roles: ["operator"], displayName: "Otto Operator" }),
  ]);
});
afterAll(() => api.close());

type Command = fc.AsyncCommand<EvidenceModel, EvidenceWorld>;

const dueInDays = 20;
/** Before UTC. */
const istanbulMs = 3 * hourMs;

async function begin(borrowerOperates: boolean) {
  const pair = await debtPair(api);
  if (borrowerOperates) await letOperate(pair.borrower);
  const atMs = Date.parse(api.clock.now());
  const dueOn = new Date(atMs + istanbulMs + dueInDays * 24 * hourMs).toISOString().slice(0, 10);
  const part = { amount: "300.00", currency: "EUR" };
  const { id } = await pair.offered({ plan: undefined, instalments: [{ dueOn, amount: part }] });
  const { lender, borrower, stranger } = pair;
  const users = { lender, borrower, stranger, operator, otherOperator };
  const consent = await consentVersion(borrower);
  const dueMs = Date.parse(`${dueOn}T00:00:00.000Z`) + 24 * hourMs - istanbulMs;
  const model = evidenceModel({ atMs, dueMs, borrowerOperates });
  return { model, real: { api, storage, users, id, consent } satisfies EvidenceWorld };
}

/** Where a story begins: so many steps of the straight way are behind it, and perhaps a default. */
const beginnings = [0, 1, 3, 4, 6, 7, 8, 10, 10] as const;
async function getTo(beginning: number, model: EvidenceModel, real: EvidenceWorld): Promise<void> {
  for (const [person, asked] of straightWay.slice(0, beginnings[beginning])) {
    const answer = await attempt(real, model, person, asked);
    const status = model.statusOf(person, asked);
    expect({ ...answer, asked }).toMatchObject({ status });
    model.learn(person, asked, status, answer);
  }
  if (beginning < beginnings.length - 1) return;
  await pass(24 * 31, true).run(model, real);
  await act(model, real, "lender", { verb: "default" });
}

/** An operator may borrow like anybody else. */
async function letOperate({ user }: DebtUser): Promise<void> {
  await api.sql`update identity.users set roles = '{user,operator}', has_second_factor = true
    where id = ${user.id}`;
}

const factsOf = (model: EvidenceModel, borrowerOperates: boolean): EvidenceFacts => ({
  uploadIds: model.uploadIds(),
  items: model.evidence
    .map(({ id, state }) => {
      const claim = model.claim();
      const isRunning = claim !== null && claim.evidenceId === id && model.now() < claim.endsMs;
      return { id, isWaiting: state === "submitted", claimedBy: isRunning ? claim.by : null };
    })
    .toReversed(),
  borrowerOperates,
  isRevealing: model.statusOf("lender", { verb: "reveal" }) === 201,
  isHandedOut: model.isHandedOut(),
  key: model.keys().at(-1),
  playbacks: model.playbacks.slice(-3).map((one) => ({ ...one, isLive: model.isLive(one) })),
});

/** What was sent, segment by segment. */
const watchedOf = (model: EvidenceModel) => async (evidenceId: string) => {
  const item = model.evidence.find(({ id }) => id === evidenceId);
  const [first = "one"] = item?.segments ?? [];
  return recordingOf(first, (item?.segments.length ?? 1) > 1 ? longBytes : shortBytes);
};

async function expectAsModelled(model: EvidenceModel, real: EvidenceWorld): Promise<void> {
  // How often somebody may try is not what this is about.
  await api.sql`delete from platform.attempts`;
  const { users, id } = real;
  const { items, state } = model.view();
  for (const party of ["lender", "borrower"] as const) {
    const debt = await users[party].debt(id);
    const { body } = await users[party].get<DebtEvidence>(`/v1/debts/${id}/evidence`);
    const shown = body.items.map(({ id, state, access, acknowledgedAt }) => {
      return { id, state, access, isAcknowledged: acknowledgedAt !== null };
    });
    expect<unknown>({ state: debt.state, items: shown }).toEqual({
      ...{ state, items: items.slice(0, 10) },
    });
    if (party === "lender") continue;
    const upload = body.upload && {
      ...{ id: body.upload.id, offsetBytes: body.upload.offsetBytes },
      ...{ state: body.upload.state, fault: body.upload.fault },
    };
    expect<unknown>({ hasSentence: body.sentence !== null, upload }).toEqual(model.ownView());
  }
  await expectEvidenceSound(api, id);
  const facts = factsOf(model, model.operates("borrower"));
  await expectShownToNobodyElse(real, facts, watchedOf(model));
}

async function act(
  model: EvidenceModel,
  real: EvidenceWorld,
  person: Person,
  asked: EvidenceAttempt,
): Promise<void> {
  const status = model.statusOf(person, asked);
  const answer = await attempt(real, model, person, asked);
  expect({ status: answer.status, code: answer.code }).toMatchObject({ status });
  model.learn(person, asked, status, answer);
  await expectAsModelled(model, real);
}

const tries = (person: Person, asked: EvidenceAttempt): Command => ({
  check: () => true,
  run: (model, real) => act(model, real, person, asked),
  toString: () => `${person}: ${JSON.stringify(asked)}`,
});

/** One of the usual steps that get the debt on from where it is. */
const getsOn = (way: number): Command => ({
  check: () => true,
  async run(model, real) {
    const ways = usualAttempts.filter(([person, asked]) => isProgress(model, person, asked));
    const [person, asked] = ways[way % Math.max(1, ways.length)] ?? [];
    if (person && asked) await act(model, real, person, asked);
  },
  toString: () => `gets on ${way}`,
});

function isProgress(model: EvidenceModel, person: Person, asked: EvidenceAttempt): boolean {
  if (asked.verb === "finish") return model.upload(asked.pick)?.state === "checking";
  if (asked.verb === "send") {
    if (model.upload(asked.pick)?.state !== "receiving") return false;
    const status = model.statusOf(person, asked);
    return status === 204 || status === 503;
  }
  if (asked.verb === "seal") {
    const recording = model.approved();
    return recording?.acknowledged === true && !recording.sealed;
  }
  if (asked.verb === "draw") return !model.ownView().hasSentence && model.isWanted();
  if (asked.verb === "acknowledge" && model.approved()?.acknowledged) return false;
  if (asked.verb === "claim" && model.claim()?.by === person) return false;
  if (asked.verb === "play" && model.claim()?.opened) return false;
  return model.statusOf(person, asked) < 300;
}

const ticks = [
  ...["gbs.wake", "gbs.sweep_uploads", "gbs.end_claims", "gbs.end_playbacks"],
  ...["gbs.seal_waiting", "gbs.destroy_evidence", "gbs.destroy_epochs", "gbs.remind_keys"],
];
async function tick(): Promise<void> {
  for (const job of ticks) await api.runJob(job);
}

const pass = (hours: number, isWoken: boolean): Command => ({
  check: () => true,
  async run(model, real) {
    api.clock.set(new Date(model.now() + hours * hourMs).toISOString());
    model.timeIs(Date.parse(api.clock.now()));
    if (isWoken) {
      await tick();
      model.tick();
    }
    await expectAsModelled(model, real);
  },
  toString: () => `${hours} hours pass${isWoken ? "" : " unnoticed"}`,
});

const steps = fc.nat(1_000).map(getsOn);
const anyHours = fc.constantFrom(0.1, 0.2, 0.2, 0.6, 25, 24 * 8, 24 * 31);
const commands = [
  ...[steps, steps, steps, steps, steps],
  fc.tuple(anyPerson, anyEvidenceAttempt).map(([person, asked]) => tries(person, asked)),
  fc.tuple(anyPerson, anyEvidenceAttempt).map(([person, asked]) => tries(person, asked)),
  fc.tuple(anyHours, fc.boolean()).map(([hours, isWoken]) => pass(hours, isWoken)),
];

/** What holds when every job has done what it was to do. */
async function expectWhole({ id }: EvidenceWorld): Promise<void> {
  await tick();
  expect(await api.mails.run()).toEqual([]);
  await expectEvidenceSound(api, id);
  await expectLegalMoves(api, id);
}

test("property: whatever is tried, a recording is shown to whom it may be shown, and to nobody else", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands(commands, { maxCommands: storyLength, size: "max" }),
      fc.boolean(),
      fc.nat(beginnings.length - 1),
      async (tried, borrowerOperates, beginning) => {
        const { model, real } = await begin(borrowerOperates);
        await getTo(beginning, model, real);
        await fc.asyncModelRun(() => ({ model, real }), tried);
        await expectWhole(real);
      },
    ),
    { numRuns: stories, endOnFailure: true },
  );
}, 3_600_000);

const anyParallel = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(...usualAttempts.filter(([, asked]) => isSteady(asked))),
  },
  { weight: 1, arbitrary: fc.tuple(anyPerson, anyEvidenceAttempt.filter(isSteady)) },
);
/** The store fails for all at once, or for nobody; other bytes come one after the other (above). */
function isSteady(asked: EvidenceAttempt): boolean {
  if (asked.verb === "send") return asked.how !== "store_fails" && asked.content === "one";
  return asked.verb !== "begin" || !asked.isLong;
}

test("property: whatever all try at the same time, a recording is shown to nobody else", async () => {
  const batch = fc.record({
    tried: fc.array(anyParallel, { minLength: 3, maxLength: 8 }),
    hours: fc.option(anyHours),
  });
  const anyBatches = fc.array(batch, { minLength: 3, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(anyBatches, fc.nat(beginnings.length - 1), async (tried, beginning) => {
      const { model, real } = await begin(false);
      const told = toldInParallel(real);
      await getTo(beginning, model, real);
      for (const [generation, key] of model.keys().entries())
        told.learn({ status: 201, code: undefined, key, generation: generation + 1 });
      for (const playback of model.playbacks)
        told.learn({ status: 201, code: undefined, playback });
      for (const { tried: asked, hours } of tried) {
        await api.sql`delete from platform.attempts`;
        const named = await told.named();
        const answers = await Promise.all([
          ...asked.map(([person, what]) => attempt(real, named, person, what)),
        ]);
        for (const answer of answers) {
          expect([200, 201, 204, 403, 404, 409, 410, 422, 429, 503]).toContain(answer.status);
          told.learn(answer);
        }
        await expectEvidenceSound(api, real.id);
        const watched = async () => recordingOf("one", shortBytes);
        await expectShownToNobodyElse(real, await told.facts(), watched);
        if (hours === null) continue;
        api.clock.set(new Date(Date.parse(api.clock.now()) + hours * hourMs).toISOString());
        await Promise.all(ticks.map((job) => api.runJob(job)));
      }
      await expectWhole(real);
    }),
    { numRuns: batches, endOnFailure: true },
  );
}, 3_600_000);
