import { segmentBytes } from "#modules/gbs/bounds";

export const people = ["lender", "borrower", "operator", "otherOperator", "stranger"] as const;
export type Person = (typeof people)[number];

/** What somebody may try, as seen from a debt that takes a recording. `pick` counts from the newest. */
export type EvidenceAttempt =
  | { readonly verb: "accept"; readonly consent: "given" | "missing" | "outdated" }
  | { readonly verb: "draw" | "take_back" | "cancel" | "part" | "stay" | "dispute" | "undispute" }
  | { readonly verb: "begin"; readonly isLong: boolean }
  | SendAttempt
  | { readonly verb: "abandon" | "finish"; readonly pick: number }
  | ReviewAttempt
  | { readonly verb: "seal" | "pay" | "confirm" | "default" }
  | KeyAttempt;
export type SendAttempt = {
  readonly verb: "send";
  readonly pick: number;
  readonly how: "all" | "cut" | "too_little" | "elsewhere" | "store_fails";
  readonly content: Content;
};
export type ReviewAttempt =
  | { readonly verb: "claim"; readonly pick: number }
  | { readonly verb: "give_back"; readonly pick: number }
  | { readonly verb: "play"; readonly pick: number }
  | { readonly verb: "decide"; readonly pick: number; readonly decision: Decision };
export type KeyAttempt =
  | { readonly verb: "reveal" | "fetch" }
  | { readonly verb: "acknowledge"; readonly key: TriedKey }
  | { readonly verb: "unlock"; readonly key: TriedKey };
export type TriedKey = "last" | "earlier" | "wrong";
/** Two videos of the same length, and something that is none. */
export type Content = "one" | "other" | "no_video";
export type Decision = "approve" | "approve_unseen_points" | "send_back" | "refuse";

export const longBytes = segmentBytes + 100_000;
export const shortBytes = 90_000;

export type ModelUpload = {
  readonly id: string;
  readonly lengthBytes: number;
  readonly expiresMs: number;
  offset: number;
  state: "receiving" | "checking" | "submitted" | "discarded";
  fault: string | null;
  /** What each segment is bound to, stored or not. */
  readonly segments: Map<number, Content>;
};
export type ModelEvidence = {
  readonly id: string;
  readonly segments: readonly Content[];
  state: "submitted" | "approved" | "sent_back" | "refused" | "dropped";
  approvedMs: number | null;
  acknowledged: boolean;
  sealed: boolean;
  destroyMs: number | null;
  destroyed: boolean;
};
export type ModelPlayback = {
  readonly id: string;
  readonly token: string;
  readonly owner: Person;
  /** The access token of the session that it began in. */
  readonly bearer: string;
  readonly evidenceId: string;
  /** Of an operator; null = of the lender. */
  readonly claim: ModelClaim | null;
  readonly endsMs: number;
  ended: boolean;
};
export type ModelClaim = {
  readonly evidenceId: string;
  readonly by: Person;
  endsMs: number;
  opened: boolean;
  ended: boolean;
};
/** What an answer told. */
export type Learnt = {
  readonly id?: string;
  readonly key?: string;
  readonly playback?: ModelPlayback;
};
