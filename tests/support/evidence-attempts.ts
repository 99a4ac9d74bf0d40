import fc from "fast-check";
import { segmentBytes } from "#modules/gbs/bounds";
import { longVideo, recorderOf } from "./evidence.ts";
import {
  type Content,
  type Decision,
  type EvidenceAttempt,
  longBytes,
  type ModelClaim,
  type ModelPlayback,
  type ModelUpload,
  type Person,
  people,
  type SendAttempt,
  shortBytes,
  type TriedKey,
} from "./evidence-acts.ts";
import type { FaultyStorage } from "./faulty-storage.ts";
import type { DebtUser } from "./gbs.ts";
import { fullChecklist, watch } from "./operators.ts";
import type { TestApp } from "./test-app.ts";

export type EvidenceWorld = {
  readonly api: TestApp;
  readonly storage: FaultyStorage;
  readonly users: Readonly<Record<Person, DebtUser>>;
  readonly id: string;
  readonly consent: string;
};
/** What there is at present: what attempts are about. */
export type NamedEvidence = {
  upload(pick: number): Pick<ModelUpload, "id" | "offset" | "lengthBytes" | "state"> | undefined;
  item(pick: number): { readonly id: string } | undefined;
  readonly known: {
    readonly cancellation: string;
    readonly dispute: string;
    readonly payment: string;
  };
  keys(): readonly string[];
  claim(): ModelClaim | null;
  approved(): { readonly id: string } | undefined;
  now(): number;
};
export type Attempted = {
  readonly status: number;
  readonly code: string | undefined;
  readonly id?: string;
  readonly key?: string;
  /** Of the key: which of those that were shown it is. */
  readonly generation?: number;
  readonly playback?: ModelPlayback;
};

const oneByte = { range: "bytes=0-0" };
/** Of nothing. */
const noId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
const wrongKey = "22222-22222-22222-22222";
const playbackMs = 600_000;
const amount = { amount: "300.00", currency: "EUR" };
const reason = "Because.";

const bytesOf = new Map<string, Promise<Uint8Array>>();
/** As it is sent; the same bytes each time. */
export function recordingOf(content: Content, lengthBytes: number): Promise<Uint8Array> {
  const name = `${content} ${lengthBytes}`;
  const made =
    bytesOf.get(name) ??
    (content === "no_video"
      ? Promise.resolve(new Uint8Array(lengthBytes).fill(7))
      : longVideo(lengthBytes, content === "one" ? 1 : 2));
  bytesOf.set(name, made);
  return made;
}

/** Does over HTTP what somebody tries, and says what he was answered. Jobs are nobody's. */
export async function attempt(
  world: EvidenceWorld,
  named: NamedEvidence,
  person: Person,
  asked: EvidenceAttempt,
): Promise<Attempted> {
  const { api, id: debtId } = world;
  const user = world.users[person];
  const debtPath = `/v1/debts/${debtId}`;
  const itemPath = (pick: number) => `/v1/admin/evidence/${named.item(pick)?.id ?? noId}`;
  type Told = Pick<Attempted, "id" | "key" | "generation"> & {
    readonly playbackId?: string;
    readonly token?: string;
  };
  const post = async (path: string, body?: object) => {
    const answer = await user.post<Told>(path, body);
    const { id, key, generation, code } = answer.body ?? {};
    return {
      ...{ status: answer.status, code },
      ...(id !== undefined && { id }),
      ...(key !== undefined && { key }),
      ...(generation !== undefined && { generation }),
      body: answer.body,
    };
  };
  switch (asked.verb) {
    case "accept": {
      const recordingConsent = { given: world.consent, missing: undefined, outdated: "2019-01-1" };
      return post(`${debtPath}/acceptance`, { recordingConsent: recordingConsent[asked.consent] });
    }
    case "take_back":
      return post(`${debtPath}/evidence/consent/withdrawal`);
    case "draw":
      return post(`${debtPath}/evidence/sentences`);
    case "begin": {
      const headers = { "upload-length": String(asked.isLong ? longBytes : shortBytes) };
      const path = `${debtPath}/evidence/uploads`;
      const answer = await recorderOf(api, user).tus("POST", path, { headers });
      const { id, code } = answer.json as { id?: string; code?: string };
      return { status: answer.status, code, ...(id !== undefined && { id }) };
    }
    case "send":
      return send(world, named, person, asked);
    case "abandon": {
      const path = `/v1/evidence-uploads/${named.upload(asked.pick)?.id ?? noId}`;
      const { status, json } = await recorderOf(api, user).tus("DELETE", path);
      return { status, code: (json as { code?: string } | null)?.code };
    }
    case "finish": {
      const uploadId = named.upload(asked.pick)?.id ?? noId;
      await api.runJob("gbs.finish_upload", { uploadId });
      return { status: 200, code: undefined };
    }
    case "seal":
      await api.runJob("gbs.seal_evidence", { evidenceId: named.approved()?.id ?? noId });
      return { status: 200, code: undefined };
    case "claim":
      return post(`${itemPath(asked.pick)}/claim`);
    case "give_back": {
      const { status, body } = await user.delete(`${itemPath(asked.pick)}/claim`);
      return { status, code: body?.code };
    }
    case "play":
    case "unlock": {
      const bearer = await user.token();
      const isOperator = asked.verb === "play";
      const evidenceId = (isOperator ? named.item(asked.pick) : named.approved())?.id ?? noId;
      const { body, ...told } = isOperator
        ? await post(`${itemPath(asked.pick)}/playback`)
        : await post(`${debtPath}/evidence/playback`, { key: keyOf(named, asked.key) });
      const { playbackId, token } = body;
      if (!playbackId || !token) return told;
      // Nobody approves what he has not seen anything of.
      if (isOperator) await (await watch(api, { playbackId, token }, oneByte)).arrayBuffer();
      const claim = isOperator ? named.claim() : null;
      const playback = {
        ...{ id: playbackId, token, owner: person, bearer, evidenceId, claim, ended: false },
        endsMs: named.now() + playbackMs,
      };
      return { ...told, playback };
    }
    case "decide":
      return post(`${itemPath(asked.pick)}/decision`, decisionBody(asked.decision));
    case "reveal":
      return post(`${debtPath}/evidence/key`);
    case "acknowledge":
      return post(`${debtPath}/evidence/key-acknowledgement`, { key: keyOf(named, asked.key) });
    case "fetch": {
      const { status, body } = await user.get(`${debtPath}/evidence/file`);
      return { status, code: body?.code };
    }
    case "cancel": {
      const told = await post(`${debtPath}/cancellations`, { reason });
      const made = told.body as { openCancellation?: { id: string } | null };
      return { ...told, id: made.openCancellation?.id ?? "" };
    }
    case "part":
      return post(`${debtPath}/cancellations/${named.known.cancellation || noId}/acceptance`);
    case "stay":
      return post(`${debtPath}/cancellations/${named.known.cancellation || noId}/decline`);
    case "dispute": {
      const told = await post(`${debtPath}/disputes`, { reason });
      const made = told.body as { openDispute?: { id: string } | null };
      return { ...told, id: made.openDispute?.id ?? "" };
    }
    case "undispute":
      return post(`${debtPath}/disputes/${named.known.dispute || noId}/withdrawal`);
    case "pay": {
      const paidOn = new Date(named.now()).toISOString().slice(0, 10);
      const told = await post(`${debtPath}/payments`, { amount, paidOn, reference: "cash" });
      const made = told.body as { openPayments?: readonly { id: string }[] };
      return { ...told, id: made.openPayments?.at(-1)?.id ?? "" };
    }
    case "confirm":
      return post(`${debtPath}/payments/${named.known.payment || noId}/confirmation`);
    case "default":
      return post(`${debtPath}/default`);
  }
}

function keyOf(named: NamedEvidence, key: TriedKey): string {
  if (key === "wrong") return wrongKey;
  return named.keys().at(key === "last" ? -1 : -2) || wrongKey;
}

const decisionBody = (decision: Decision) =>
  decision === "approve_unseen_points"
    ? { decision: "approve", checklist: { ...fullChecklist, wordsMatch: false } }
    : {
        ...{ decision, checklist: fullChecklist },
        ...(decision === "approve" ? {} : { reason }),
      };

async function send(
  { api, users, storage }: EvidenceWorld,
  named: NamedEvidence,
  person: Person,
  { pick, how, content }: SendAttempt,
): Promise<Attempted> {
  const upload = named.upload(pick);
  const offset = upload?.offset ?? 0;
  const all = upload ? await recordingOf(content, upload.lengthBytes) : new Uint8Array(10);
  const rest = all.subarray(offset);
  // Whoever is refused before his bytes are read need not send them.
  const isRefused = person !== "borrower" || upload?.state === "discarded";
  const wanted = { all: rest.length, cut: segmentBytes + 1_000, store_fails: segmentBytes };
  const isShort = isRefused || how === "too_little" || how === "elsewhere";
  const size = isShort ? 10 : wanted[how];
  if (how === "store_fails") storage.fail("EIO");
  try {
    const { status, json } = await recorderOf(api, users[person]).send(
      upload?.id ?? noId,
      how === "elsewhere" ? offset + 1 : offset,
      rest.subarray(0, size),
    );
    return { status, code: (json as { code?: string } | null)?.code };
  } finally {
    storage.fail(null);
  }
}

const picked = fc.constantFrom(0, 0, 0, 1);
const content = fc.constantFrom<Content>("one", "one", "one", "other", "no_video");
const key = fc.constantFrom<TriedKey>("last", "last", "earlier", "wrong");
const verb = <V extends string>(...verbs: readonly V[]) =>
  fc.record({ verb: fc.constantFrom<V>(...verbs) });

/** Whatever comes to somebody's mind. */
export const anyEvidenceAttempt: fc.Arbitrary<EvidenceAttempt> = fc.oneof(
  fc.record({
    verb: fc.constant("accept" as const),
    consent: fc.constantFrom("given" as const, "missing" as const, "outdated" as const),
  }),
  verb("draw", "cancel", "part", "stay", "dispute", "undispute"),
  verb("pay", "confirm", "default"),
  fc.record({ verb: fc.constant("begin" as const), isLong: fc.boolean() }),
  fc.record({
    ...{ verb: fc.constant("send" as const), pick: picked, content },
    how: fc.constantFrom<SendAttempt["how"]>(
      ...(["all", "all", "cut", "too_little", "elsewhere", "store_fails"] as const),
    ),
  }),
  fc.record({
    verb: fc.constantFrom("abandon" as const, "finish" as const),
    pick: picked,
  }),
  fc.record({ verb: fc.constant("claim" as const), pick: picked }),
  fc.record({ verb: fc.constant("give_back" as const), pick: picked }),
  fc.record({ verb: fc.constant("play" as const), pick: picked }),
  fc.record({
    ...{ verb: fc.constant("decide" as const), pick: picked },
    decision: fc.constantFrom<Decision>("approve", "approve_unseen_points", "send_back", "refuse"),
  }),
  verb("reveal", "fetch"),
  verb("seal"),
  fc.record({ verb: fc.constant("acknowledge" as const), key }),
  fc.record({ verb: fc.constant("unlock" as const), key }),
);
export const anyPerson = fc.constantFrom<Person>(...people);

/** The shortest way of a debt to its recording in the hands of its lender. */
export const straightWay: readonly (readonly [Person, EvidenceAttempt])[] = [
  ["borrower", { verb: "accept", consent: "given" }],
  ["borrower", { verb: "begin", isLong: false }],
  ["borrower", { verb: "send", pick: 0, how: "all", content: "one" }],
  ["borrower", { verb: "finish", pick: 0 }],
  ["operator", { verb: "claim", pick: 0 }],
  ["operator", { verb: "play", pick: 0 }],
  ["operator", { verb: "decide", pick: 0, decision: "approve" }],
  ["lender", { verb: "reveal" }],
  ["lender", { verb: "acknowledge", key: "last" }],
  ["lender", { verb: "seal" }],
];

/** Most of what can happen happens to debts that get on. */
export const usualAttempts: readonly (readonly [Person, EvidenceAttempt])[] = [
  ["borrower", { verb: "accept", consent: "given" }],
  ["borrower", { verb: "draw" }],
  ["borrower", { verb: "begin", isLong: true }],
  ["borrower", { verb: "begin", isLong: false }],
  ["borrower", { verb: "send", pick: 0, how: "all", content: "one" }],
  ["borrower", { verb: "send", pick: 0, how: "all", content: "other" }],
  ["borrower", { verb: "send", pick: 0, how: "cut", content: "one" }],
  ["borrower", { verb: "send", pick: 0, how: "store_fails", content: "one" }],
  ["borrower", { verb: "finish", pick: 0 }],
  ["borrower", { verb: "finish", pick: 1 }],
  ["operator", { verb: "claim", pick: 0 }],
  ["otherOperator", { verb: "claim", pick: 0 }],
  ["operator", { verb: "play", pick: 0 }],
  ["otherOperator", { verb: "play", pick: 0 }],
  ["operator", { verb: "decide", pick: 0, decision: "approve" }],
  ["otherOperator", { verb: "decide", pick: 0, decision: "approve" }],
  ["otherOperator", { verb: "decide", pick: 0, decision: "send_back" }],
  ["lender", { verb: "reveal" }],
  ["lender", { verb: "acknowledge", key: "last" }],
  ["lender", { verb: "seal" }],
  ["lender", { verb: "default" }],
  ["lender", { verb: "unlock", key: "last" }],
  ["lender", { verb: "fetch" }],
  ["borrower", { verb: "pay" }],
  ["lender", { verb: "confirm" }],
];
