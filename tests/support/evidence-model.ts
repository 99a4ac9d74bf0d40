import type { DebtState } from "#modules/gbs/contract";
import type {
  Decision,
  EvidenceAttempt,
  KeyAttempt,
  Learnt,
  ModelClaim,
  ModelEvidence,
  ModelPlayback,
  ModelUpload,
  Person,
  ReviewAttempt,
  SendAttempt,
} from "./evidence-acts.ts";
import { uploadModel } from "./evidence-upload-model.ts";

export const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const [sentenceMs, claimMs, offerMs] = [dayMs, hourMs / 2, 14 * dayMs];
const sealWithinMs = 30 * dayMs;
export const retentionDays = 30;
const maxSendBacks = 3;
const maxOpenUploads = 2;
const agreed = ["accepted", "evidence_submitted", "under_review", "sent_back"];

/** A debt that takes a recording, in plain words: who may do what, who sees what, said once more and otherwise. */
export function evidenceModel(offered: {
  readonly atMs: number;
  /** The end of the day on which all of it is due. */
  readonly dueMs: number;
  readonly borrowerOperates: boolean;
}) {
  const { borrowerOperates, dueMs } = offered;
  let nowMs = offered.atMs;
  let base: "running" | Exclude<DebtState, "active" | "overdue"> = "offered";
  let sentenceUntilMs = 0;
  let cancellation: { id: string; by: Person } | null = null;
  let dispute: { id: string } | null = null;
  let payment: { id: string; confirmed: boolean } | null = null;
  let wasDefaulted = false;
  let sendBacks = 0;
  let claim: ModelClaim | null = null;
  const uploads = uploadModel(() => nowMs);
  const evidence: ModelEvidence[] = [];
  const playbacks: ModelPlayback[] = [];
  /** Keys that were shown for what is approved, the last one last. */
  let keys: string[] = [];
  /** The newest of each, answered or not: what the next request names. */
  const known = { cancellation: "", dispute: "", payment: "" };

  const state = (): DebtState =>
    base === "running" ? (nowMs >= dueMs ? "overdue" : "active") : base;
  const binds = () => base === "running" || base === "defaulted";
  const isAgreed = () => agreed.includes(base) || binds();
  const isWanted = () => base === "accepted" || base === "sent_back";
  const isParty = (person: Person) => person === "lender" || person === "borrower";
  const operates = (person: Person) =>
    person === "operator" ||
    person === "otherOperator" ||
    (person === "borrower" && borrowerOperates);
  const newest = <T>(all: readonly T[], pick: number): T | undefined => all.at(-1 - pick);
  const approved = () => evidence.find((one) => one.state === "approved");
  const isRunning = (one: ModelClaim) => !one.ended && nowMs < one.endsMs;
  const runningClaim = (id: string) =>
    claim && claim.evidenceId === id && isRunning(claim) ? claim : null;

  /** What the answer's status must be. What changes is changed by {@link learn}, when the answer is there. */
  function statusOf(person: Person, asked: EvidenceAttempt): number {
    switch (asked.verb) {
      case "finish":
      case "seal":
        return 200;
      case "send":
      case "abandon": {
        const upload = uploads.newest(asked.pick);
        if (!upload || person !== "borrower") return 404;
        return asked.verb === "send"
          ? uploads.sendStatus(upload, asked)
          : uploads.abandonStatus(upload);
      }
      case "claim":
      case "give_back":
      case "play":
      case "decide":
        return operates(person) ? reviewStatus(person, asked) : 403;
      default:
        return isParty(person) ? partyStatus(person === "lender", asked) : 404;
    }
  }

  function partyStatus(
    lends: boolean,
    asked: Exclude<EvidenceAttempt, SendAttempt | ReviewAttempt | { readonly pick: number }>,
  ): number {
    switch (asked.verb) {
      case "accept":
        if (lends || base !== "offered") return 409;
        return { given: 200, missing: 422, outdated: 409 }[asked.consent];
      case "draw":
        return !lends && isWanted() && !uploads.isAnyOnItsWay() ? 201 : 409;
      case "take_back":
        return !lends && agreed.includes(base) ? 200 : 409;
      case "begin":
        if (lends || !isWanted()) return 409;
        if (uploads.all.filter(uploads.isOnItsWay).length >= maxOpenUploads) return 429;
        return nowMs < sentenceUntilMs ? 201 : 409;
      case "cancel":
        return isAgreed() && !cancellation ? 201 : 409;
      case "part":
      case "stay":
        if (known.cancellation === "") return 404;
        return cancellation && (cancellation.by === "lender") !== lends ? 200 : 409;
      case "dispute":
        return !lends && isAgreed() && !dispute ? 201 : 409;
      case "undispute":
        if (known.dispute === "") return 404;
        return !lends && dispute ? 200 : 409;
      case "pay":
        return !lends && binds() && !payment ? 201 : 409;
      case "confirm":
        if (!payment) return 404;
        return lends && binds() && !payment.confirmed ? 200 : 409;
      case "default":
        return lends && state() === "overdue" && nowMs >= dueMs + dayMs ? 200 : 409;
      case "seal":
        return 200;
      default:
        return lends ? lenderStatus(asked) : 409;
    }
  }

  function lenderStatus(asked: KeyAttempt): number {
    const recording = approved();
    if (!recording || recording.destroyed) return 409;
    switch (asked.verb) {
      case "reveal":
        return recording.acknowledged ? 409 : 201;
      case "fetch":
        return wasDefaulted && keys.length > 0 ? 200 : 409;
      case "acknowledge":
      case "unlock": {
        if (asked.verb === "unlock" && !wasDefaulted) return 409;
        if (keys.length === 0) return 409;
        if (asked.key !== "last") return 422;
        return asked.verb === "unlock" ? 201 : 200;
      }
    }
  }

  function reviewStatus(person: Person, asked: ReviewAttempt): number {
    if (asked.verb === "decide" && asked.decision === "approve_unseen_points") return 422;
    const item = newest(evidence, asked.pick);
    if (!item) return 404;
    if (isParty(person)) return 409;
    const own = runningClaim(item.id)?.by === person;
    if (asked.verb === "claim")
      return item.state === "submitted" && (own || !runningClaim(item.id)) ? 200 : 409;
    if (!own || item.state !== "submitted") return 409;
    if (asked.verb === "play") return 201;
    if (asked.verb === "give_back") return 204;
    if (asked.decision === "approve") return claim?.opened ? 200 : 409;
    return asked.decision === "send_back" && sendBacks >= maxSendBacks ? 409 : 200;
  }

  /** What follows from an attempt that was answered as {@link statusOf} says. */
  function learn(person: Person, asked: EvidenceAttempt, status: number, learnt: Learnt): void {
    if (asked.verb === "send") {
      uploads.learnSent(asked, status);
      return;
    }
    if (status >= 300) return;
    switch (asked.verb) {
      case "accept":
        base = "accepted";
        sentenceUntilMs = nowMs + sentenceMs;
        return;
      case "draw":
        sentenceUntilMs = nowMs + sentenceMs;
        return;
      case "begin":
        uploads.begin(learnt.id ?? "", asked.isLong);
        return;
      case "abandon":
        uploads.discard(uploads.newest(asked.pick), "cancelled");
        return;
      case "finish":
        finish(uploads.newest(asked.pick));
        return;
      case "cancel":
        cancellation = { id: learnt.id ?? "", by: person };
        known.cancellation = cancellation.id;
        return;
      case "take_back":
      case "part":
        end("cancelled");
        return;
      case "stay":
        cancellation = null;
        return;
      case "dispute":
        dispute = { id: learnt.id ?? "" };
        known.dispute = dispute.id;
        return;
      case "undispute":
        dispute = null;
        return;
      case "claim":
        take(person, newest(evidence, asked.pick));
        return;
      case "give_back":
        endClaim("evidence_submitted");
        return;
      case "play":
      case "unlock":
        if (asked.verb === "play" && claim) claim.opened = true;
        if (!learnt.playback) throw new Error("a playback without an answer");
        for (const one of playbacks)
          if (one.owner === person && one.evidenceId === learnt.playback.evidenceId)
            one.ended = true;
        playbacks.push(learnt.playback);
        return;
      case "decide":
        decide(asked.decision);
        return;
      case "reveal":
        keys.push(learnt.key ?? "");
        return;
      case "acknowledge": {
        const recording = approved();
        if (recording) recording.acknowledged = true;
        return;
      }
      case "seal": {
        const recording = approved();
        if (recording?.acknowledged && !recording.destroyed && !recording.sealed) {
          recording.sealed = true;
          for (const one of playbacks) one.ended = true;
        }
        return;
      }
      case "pay":
        payment = { id: learnt.id ?? "", confirmed: false };
        known.payment = payment.id;
        return;
      case "confirm":
        if (payment) payment.confirmed = true;
        end("settled");
        return;
      case "default":
        base = "defaulted";
        wasDefaulted = true;
        return;
      case "fetch":
        return;
    }
  }

  function finish(upload: ModelUpload | undefined): void {
    if (upload?.state !== "checking") return;
    if (!isWanted()) {
      uploads.discard(upload, "no_longer_wanted");
      return;
    }
    upload.state = "submitted";
    evidence.push({
      ...{ id: upload.id, segments: [...upload.segments.values()], state: "submitted" },
      ...{ approvedMs: null, acknowledged: false, sealed: false },
      ...{ destroyMs: null, destroyed: false },
    });
    base = "evidence_submitted";
  }

  function take(person: Person, item: ModelEvidence | undefined): void {
    if (!item) return;
    const endsMs = nowMs + claimMs;
    const own = runningClaim(item.id);
    if (own) own.endsMs = endsMs;
    else {
      endClaim(base);
      claim = { evidenceId: item.id, by: person, endsMs, opened: false, ended: false };
      base = "under_review";
    }
  }

  function endClaim(next: typeof base): void {
    if (claim) {
      claim.ended = true;
      for (const one of playbacks) if (one.claim === claim) one.ended = true;
    }
    claim = null;
    base = next;
  }

  function decide(decision: Decision): void {
    const item = evidence.at(-1);
    if (!item) return;
    if (decision === "approve") {
      item.state = "approved";
      item.approvedMs = nowMs;
      endClaim("running");
      return;
    }
    item.state = decision === "send_back" ? "sent_back" : "refused";
    item.destroyMs = nowMs;
    if (decision === "send_back") {
      sendBacks += 1;
      sentenceUntilMs = nowMs + sentenceMs;
    }
    endClaim(decision === "send_back" ? "sent_back" : "refused");
    if (decision === "refuse") cancellation = null;
  }

  function end(next: "settled" | "cancelled"): void {
    base = next;
    cancellation = null;
    for (const upload of uploads.all) uploads.discard(upload, "no_longer_wanted");
    for (const one of evidence) {
      if (one.state === "submitted") {
        one.state = "dropped";
        one.destroyMs = nowMs;
      } else if (one.state === "approved") one.destroyMs = nowMs + retentionDays * dayMs;
    }
  }

  /** What the jobs of each minute do, all of them. */
  function tick(): void {
    uploads.expire();
    if (claim && (!isRunning(claim) || evidence.at(-1)?.state !== "submitted"))
      endClaim(base === "under_review" ? "evidence_submitted" : base);
    for (const one of evidence) {
      if (one.destroyMs === null || nowMs < one.destroyMs || one.destroyed) continue;
      if (one.state === "approved" && dispute) continue;
      one.destroyed = true;
      if (one.state === "approved") keys = [];
      for (const playback of playbacks) if (playback.evidenceId === one.id) playback.ended = true;
    }
  }

  const accessOf = (one: ModelEvidence) => {
    if (one.destroyed) return "destroyed";
    if (one.sealed) return "sealed";
    if (one.approvedMs !== null && nowMs >= one.approvedMs + sealWithinMs) return "not_sealed";
    return one.state === "approved" && keys.length > 0 ? "revealed" : "review";
  };

  return {
    ...{ evidence, playbacks, known, statusOf, learn, tick, operates, isParty },
    uploadIds: () => uploads.all.map(({ id }) => id),
    upload: uploads.newest,
    item: (pick: number) => newest(evidence, pick),
    approved,
    claim: () => claim,
    keys: () => keys as readonly string[],
    isWanted,
    timeIs(ms: number): void {
      nowMs = ms;
      if (base === "offered" && nowMs >= offered.atMs + offerMs) base = "expired";
    },
    now: () => nowMs,
    /** Whether whoever has its token sees a recording at present. */
    isLive: (one: ModelPlayback): boolean => {
      const item = evidence.find(({ id }) => id === one.evidenceId);
      if (!item || one.ended || nowMs >= one.endsMs || item.destroyed) return false;
      if (one.claim) return item.state === "submitted" && isRunning(one.claim);
      return item.state === "approved";
    },
    /** Whether the .age file is the lender's by now. */
    isHandedOut: (): boolean => {
      const recording = approved();
      return recording !== undefined && !recording.destroyed && wasDefaulted && keys.length > 0;
    },
    /** As both are to be shown it. */
    view: () => ({
      state: state(),
      items: evidence
        .map((one) => ({
          ...{ id: one.id, state: one.state, access: accessOf(one) },
          isAcknowledged: one.acknowledged,
        }))
        .toReversed(),
    }),
    /** As the borrower alone is to be shown it. */
    ownView: () => ({
      hasSentence: isWanted() && nowMs < sentenceUntilMs,
      upload: uploads.view(),
    }),
  };
}
export type EvidenceModel = ReturnType<typeof evidenceModel>;
