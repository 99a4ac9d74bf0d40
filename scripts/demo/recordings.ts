import { join } from "node:path";
import { type Client, DemoError } from "./client.ts";
import { signInOperator } from "./operator.ts";
import type { Person } from "./person.ts";

/** Six seconds of a picture and a tone, made by ffmpeg: nobody is seen in it. */
const recordingFile = join(import.meta.dir, "recording.mp4");
const checkTimeoutMs = 180_000;

type Upload = { readonly id: string; readonly state: string; readonly offsetBytes: number };
type Evidence = {
  readonly sentence: object | null;
  readonly upload: Upload | null;
  readonly items: readonly {
    readonly id: string;
    readonly state: string;
    readonly acknowledgedAt: string | null;
  }[];
};
type Debt = { readonly id: string; readonly state: string };

const pathOf = ({ id }: Debt) => `/v1/debts/${id}/evidence`;

/** A debt that takes a recording is accepted with the consent to make one. */
export async function acceptDebt(
  borrower: Client,
  { id, evidence }: Debt & { readonly evidence: string },
): Promise<void> {
  const { version } = await borrower.get<{ version: string }>("/v1/gbs/recording-consent");
  const consent = evidence === "video" ? { recordingConsent: version } : {};
  await borrower.post(`/v1/debts/${id}/acceptance`, consent);
}

/** Uploads the recording, or the rest of it, and waits until an operator may look at it. */
export async function recordDebt(borrower: Client, debt: Debt): Promise<void> {
  const { sentence, upload } = await borrower.get<Evidence>(pathOf(debt));
  if (upload?.state !== "checking") {
    const bytes = await Bun.file(recordingFile).bytes();
    if (upload?.state !== "receiving" && sentence === null)
      await borrower.post(`${pathOf(debt)}/sentences`, {});
    const { id, offsetBytes } =
      upload?.state === "receiving" ? upload : await begin(borrower, debt, bytes.length);
    await borrower.tus("PATCH", `/v1/evidence-uploads/${id}`, {
      ...{ type: "application/offset+octet-stream", body: bytes.slice(offsetBytes) },
      headers: { "upload-offset": String(offsetBytes) },
    });
  }
  const deadline = performance.now() + checkTimeoutMs;
  while (performance.now() < deadline) {
    const { state } = await borrower.get<Debt>(`/v1/debts/${debt.id}`);
    if (state !== "accepted" && state !== "sent_back") return;
    await Bun.sleep(500);
  }
  throw new DemoError(
    `The recording of ${debt.id} was not read within ${checkTimeoutMs / 1000} s.`,
  );
}

const begin = (borrower: Client, debt: Debt, length: number): Promise<Upload> =>
  borrower.tus<Upload>("POST", `${pathOf(debt)}/uploads`, {
    headers: { "upload-length": String(length) },
  });

/** Looked at and approved by an operator, who is signed in when the first recording needs one. */
export function createReviewer(client: Client, administration: Client) {
  let isSignedIn = false;
  return async function approve(party: Client, debt: Debt): Promise<void> {
    if (!isSignedIn) await signInOperator(client, administration);
    isSignedIn = true;
    const { items } = await party.get<Evidence>(pathOf(debt));
    const path = `/v1/admin/evidence/${items[0]?.id}`;
    await client.post(`${path}/claim`, {});
    const { playbackId, token } = await client.post<Started>(`${path}/playback`, {});
    await client.watch(playbackId, token);
    const checklist = { faceVisible: true, sentenceSpoken: true, wordsMatch: true, unedited: true };
    await client.post(`${path}/decision`, { decision: "approve", checklist });
  };
}
type Started = { readonly playbackId: string; readonly token: string };
export type Approve = ReturnType<typeof createReviewer>;

/** The lender is shown the key and types it back; null when he has done so before. */
export async function takeKey(lender: Client, who: Person, debt: Debt): Promise<string | null> {
  const { items } = await lender.get<Evidence>(pathOf(debt));
  if (items[0]?.state !== "approved" || items[0].acknowledgedAt !== null) return null;
  // Who asks for a key has proven a moment ago that it is he.
  await lender.signIn(who);
  const { key } = await lender.post<{ key: string }>(`${pathOf(debt)}/key`, {});
  await lender.post(`${pathOf(debt)}/key-acknowledgement`, { key });
  return key;
}
