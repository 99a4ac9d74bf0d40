import { expect } from "bun:test";
import { expectSound } from "./debt-truths.ts";
import { storageOf } from "./operators.ts";
import type { TestApp } from "./test-app.ts";

/** Rows about one debt as JSON has them, snake-case names and all. */
type Row = Readonly<Record<string, string | number | boolean | null>>;

const maxSendBacks = 3;

async function recordOf(api: TestApp, debtId: string) {
  const { sql } = api;
  const ofDebt = sql`evidence_id in (select id from gbs.evidence where debt_id = ${debtId})`;
  const [[debt], uploads, evidence, reviews, playbacks, headers, keys, sentences, entries] =
    await Promise.all([
      sql<Row[]>`select state, send_backs, defaulted_at from gbs.debts where id = ${debtId}`,
      sql<Row[]>`select * from gbs.uploads where debt_id = ${debtId} order by id`,
      sql<Row[]>`select * from gbs.evidence where debt_id = ${debtId} order by id`,
      sql<Row[]>`select * from gbs.reviews where ${ofDebt}`,
      sql<Row[]>`select * from gbs.playbacks where ${ofDebt}`,
      sql<Row[]>`select * from gbs.lender_headers where ${ofDebt}`,
      sql<Row[]>`select k.playback_id, p.review_id, p.evidence_id from gbs.playback_keys k
        join gbs.playbacks p on p.id = k.playback_id where ${ofDebt}`,
      sql<Row[]>`select id from gbs.sentences where debt_id = ${debtId}`,
      sql<{ kind: string; entry: string }[]>`
        select kind, entry from gbs.custody_entries where debt_id = ${debtId} order by seq`,
    ]);
  if (!debt) throw new Error("there is no such debt");
  const log = entries.map(({ kind, entry }) => ({ kind, data: JSON.parse(entry).data as Row }));
  return { debt, uploads, evidence, reviews, playbacks, headers, keys, sentences, log };
}
type Records = Awaited<ReturnType<typeof recordOf>>;

/**
 * What holds of every debt that takes a recording at all times, whatever was done to it and at once: one recording at most
 * is in force, each state has its entry in the log and each entry its state, nobody has a key who must not, and the stores
 * hold what the rows say.
 */
export async function expectEvidenceSound(api: TestApp, debtId: string): Promise<void> {
  await expectSound(api, debtId);
  const records = await recordOf(api, debtId);
  expectStates(records);
  expectEntries(records);
  expectKeys(records);
  await expectStored(api, debtId, records);
}

function expectStates({ debt, evidence, reviews, log }: Records): void {
  const inForce = evidence.filter(({ state }) => state === "submitted" || state === "approved");
  expect(inForce.length).toBeLessThanOrEqual(1);
  const [current] = inForce;
  const open = reviews.filter(({ ended_at }) => ended_at === null);
  expect(open.length).toBeLessThanOrEqual(1);
  const counted = log.filter(({ kind, data }) => kind === "evidence_sent_back" && !data["lost"]);
  expect(debt["send_backs"]).toBe(counted.length);
  expect(counted.length).toBeLessThanOrEqual(maxSendBacks);
  const states: Readonly<Record<string, readonly string[]>> = {
    submitted: ["evidence_submitted", "under_review"],
    approved: ["active", "overdue", "defaulted", "settled", "cancelled"],
    none: ["offered", "expired", "accepted", "sent_back", "refused", "cancelled"],
  };
  expect(states[String(current?.["state"] ?? "none")]).toContain(String(debt["state"]));
  if (debt["state"] === "under_review") expect(open[0]?.["evidence_id"]).toBe(current?.["id"]);
  if (debt["state"] === "evidence_submitted") expect(open).toEqual([]);
  for (const kind of ["sent_back", "refused"])
    if (debt["state"] === kind) expect(evidence.map(({ state }) => state)).toContain(kind);
}

/** Each way round: no state without its entry, no entry without its state. */
function expectEntries({ uploads, evidence, reviews, playbacks, sentences, log }: Records): void {
  const entries = (kind: string, name = "evidence") =>
    log.flatMap((entry) => (entry.kind === kind ? [entry.data[name]] : [])).toSorted();
  const ids = (rows: readonly Row[]) => rows.map(({ id }) => id).toSorted();
  const having = (name: string) => ids(evidence.filter((one) => one[name] !== null));
  const inState = (...states: string[]) =>
    ids(evidence.filter(({ state }) => states.includes(String(state))));
  expect(entries("evidence_submitted")).toEqual(ids(evidence));
  expect(ids(uploads.filter(({ state }) => state === "submitted"))).toEqual(ids(evidence));
  for (const state of ["approved", "sent_back", "refused"])
    expect(entries(`evidence_${state}`)).toEqual(inState(state));
  expect(entries("key_acknowledged")).toEqual(having("acknowledged_at"));
  expect(entries("sealed")).toEqual(having("sealed_at"));
  expect(entries("evidence_destroyed")).toEqual(having("destroyed_at"));
  expect(entries("sentence_drawn", "sentence")).toEqual(ids(sentences));
  expect(entries("review_begun", "review")).toEqual(ids(reviews));
  const givenBack = reviews.filter((one) => one["ended_at"] !== null && one["decision"] === null);
  expect(entries("review_ended", "review")).toEqual(ids(givenBack));
  expect(entries("evidence_opened", "playback")).toEqual(ids(playbacks));
  const recorded = playbacks.filter((one) => one["recorded_at"] !== null);
  expect(entries("evidence_viewed", "playback")).toEqual(ids(recorded));
}

/** Of what was decided no operator has a key; of what no default was declared, no lender. */
function expectKeys({ debt, evidence, reviews, headers, keys, log }: Records): void {
  const item = (id: unknown) => evidence.find((one) => one["id"] === id);
  for (const { review_id, evidence_id } of keys) {
    const review = reviews.find(({ id }) => id === review_id);
    if (review_id === null) {
      expect(debt["defaulted_at"]).not.toBeNull();
      expect(item(evidence_id)?.["state"]).toBe("approved");
    } else {
      expect(review?.["ended_at"]).toBeNull();
      expect(["submitted", "dropped"]).toContain(String(item(evidence_id)?.["state"]));
    }
  }
  expect(headers.length).toBeLessThanOrEqual(1);
  const shown = log.filter(({ kind }) => kind === "key_revealed");
  for (const { evidence_id, generation, header_sha256 } of headers) {
    expect(item(evidence_id)?.["state"]).toBe("approved");
    expect(generation).toBe(shown.length);
    expect(header_sha256).toBe(shown.at(-1)?.data["headerSha256"] ?? "");
  }
}

/** What could open a recording is there for as long as somebody may need it, and gone when it is said to be. */
async function expectStored(
  api: TestApp,
  debtId: string,
  { uploads, evidence }: Records,
): Promise<void> {
  const { objects, volatile } = storageOf(api);
  for (const { id, state, cleared_at, offset_bytes } of uploads) {
    const item = evidence.find((one) => one["id"] === id);
    const has = {
      header: (await volatile.list(`evidence/${id}/`, { limit: 10 })).length > 0,
      payload: (await objects.list(`evidence/${debtId}/${id}/`, { limit: 10 })).length > 0,
    };
    const told = { id, state: item?.["state"] ?? state, ...has };
    const isGone = cleared_at !== null || (item && item["destroyed_at"] !== null);
    if (isGone) expect(told).toEqual({ ...told, header: false, payload: false });
    else if (item?.["sealed_at"]) expect(told).toEqual({ ...told, header: false, payload: true });
    else if (item && item["destroying_at"] === null) {
      // From the acknowledgement until the job has come either is right.
      const header = item["acknowledged_at"] === null ? true : has.header;
      expect(told).toEqual({ ...told, header, payload: true });
    } else if (state === "receiving" || state === "checking")
      expect(told).toEqual({
        ...told,
        header: true,
        payload: Number(offset_bytes) > 0 || has.payload,
      });
  }
}
