import { join } from "node:path";
import { type Client, eventually } from "./client.ts";

export type Thing = { readonly id: string };
export type Debt = Thing & {
  readonly state: string;
  readonly openPayments: readonly Thing[];
  readonly openAmendment: Thing | null;
  readonly openCancellation: Thing | null;
  readonly openDispute: Thing | null;
};

/** Somebody signed in, and where mail reaches him. */
export type Person = { readonly address: string; readonly client: Client };
export type People = {
  /** Whose token the fuzzer has: an administrator, who reviews recordings as well. */
  readonly fuzzer: Person;
  /** As the fuzzer; reviews what the fuzzer is a party of. */
  readonly otherAdmin: Person;
  /** Lends to the fuzzer, and owes him. */
  readonly counterparty: Person;
  /** Whom the fuzzer can block, and has blocked. */
  readonly blocked: readonly [Person, Person];
  /** Owes the counterparty and the other administrator: nothing of the fuzzer's own. */
  readonly third: Person;
};

export const currency = "EUR";
export const because = { reason: "To be fuzzed." };
const now = new Date();
export const today = now.toISOString().slice(0, 10);
export const terms = {
  ...{ amount: { amount: "1000000.00", currency }, description: "To be fuzzed" },
  dueOn: `${now.getUTCFullYear() + 1}-12-31`,
};

export const post = async <T = Thing>(
  { client }: Person,
  path: string,
  body?: object,
): Promise<T> => (await client.post<T>(path, body)).body;
export const act = (who: Person, { id }: Thing, what: string, body?: object) =>
  post<Debt>(who, `/v1/debts/${id}/${what}`, body);

/** A job brings it to its borrower. */
export async function offered(lender: Person, borrower: Person): Promise<Thing> {
  const { id } = await post(lender, "/v1/debts", { borrowerAddress: borrower.address, ...terms });
  return eventually("the offer has reached its borrower", async () => {
    const { items } = (await borrower.client.get<{ items: Thing[] }>("/v1/debts?limit=200")).body;
    return items.find((debt) => debt.id === id);
  });
}

/** Its borrower agrees to be recorded. */
export const consentVersion = async ({ client }: Person): Promise<string> =>
  (await client.get<{ version: string }>("/v1/gbs/recording-consent")).body.version;

export async function accepted(lender: Person, borrower: Person): Promise<Debt> {
  const recordingConsent = await consentVersion(borrower);
  return act(borrower, await offered(lender, borrower), "acceptance", { recordingConsent });
}

export const beginUpload = async (who: Person, { id }: Thing, bytes: number): Promise<Thing> => {
  const path = `/v1/debts/${id}/evidence/uploads`;
  return (await who.client.tus<Thing>("POST", path, { "upload-length": String(bytes) })).body;
};

const video = join(import.meta.dir, "../../tests/fixtures/videos/plain.webm");
export type Recorded = {
  readonly debt: Debt;
  readonly evidence: Thing;
  readonly sizeBytes: number;
};

/** A recording of its borrower waits for somebody to review it. */
export async function recorded(lender: Person, borrower: Person): Promise<Recorded> {
  const bytes = await Bun.file(video).bytes();
  const debt = await accepted(lender, borrower);
  const evidence = await beginUpload(borrower, debt, bytes.length);
  const headers = { "upload-offset": "0", "content-type": "application/offset+octet-stream" };
  await borrower.client.tus("PATCH", `/v1/evidence-uploads/${evidence.id}`, headers, bytes);
  return eventually("the recording was read back", async () => {
    const { body } = await borrower.client.get<Debt>(`/v1/debts/${debt.id}`);
    return body.state === "evidence_submitted"
      ? { debt: body, evidence, sizeBytes: bytes.length }
      : undefined;
  });
}

export type Playback = { readonly playbackId: string; readonly token: string };
export const review = <T>(reviewer: Person, { id }: Thing, what: string, body?: object) =>
  post<T>(reviewer, `/v1/admin/evidence/${id}/${what}`, body);

/** Claimed and watched. */
export async function watched(reviewer: Person, evidence: Thing): Promise<Playback> {
  await review(reviewer, evidence, "claim");
  const started = await review<Playback>(reviewer, evidence, "playback");
  await reviewer.client.watch(started.playbackId, started.token);
  return started;
}

/** It binds: the recording was approved. */
export async function active(reviewer: Person, lender: Person, borrower: Person): Promise<Debt> {
  const { debt, evidence } = await recorded(lender, borrower);
  await watched(reviewer, evidence);
  await review(reviewer, evidence, "decision", {
    decision: "approve",
    checklist: { faceVisible: true, sentenceSpoken: true, wordsMatch: true, unedited: true },
  });
  return debt;
}
