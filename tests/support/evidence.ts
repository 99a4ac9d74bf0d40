import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Debt, DebtEvidence, EvidenceUpload } from "#modules/gbs/contract";
import type { Id } from "#platform/kernel/ids";
import {
  type DebtPair,
  type DebtUser,
  debtPair,
  expected,
  openDebtsApp,
  type Problem,
} from "./gbs.ts";
import type { Answer, TestApp, TestAppOptions } from "./test-app.ts";
import { sendTus, type TusAnswer } from "./tus.ts";

/** Stands in the clear bytes of every recording here. */
export const videoMarker = "fintrack-video-marker-7f3a9c";
export const mebibyte = 1024 * 1024;

const videoPath = (name: string) => join(import.meta.dir, "../fixtures/videos", name);
/** A real video of some 50 to 80 kB. */
export const videoFile = (name: "plain.mp4" | "plain.mov" | "plain.webm"): Promise<Uint8Array> =>
  Bun.file(videoPath(name)).bytes();

/**
 * A real MP4 that plays, of exactly so many bytes: what follows the video is a box that players skip, full of the marker
 * and of bytes that `seed` makes.
 */
export async function longVideo(sizeBytes: number, seed = 1): Promise<Uint8Array> {
  const video = await videoFile("plain.mp4");
  const size = sizeBytes - video.length;
  if (size < 8) throw new RangeError("the video alone is longer");
  const bytes = new Uint8Array(sizeBytes);
  bytes.set(video);
  const box = Buffer.from(bytes.buffer, video.length);
  box.writeUInt32BE(size, 0);
  box.write("free", 4, "latin1");
  let state = seed;
  for (let at = 8; at + 4 <= size; at += 4) {
    // Numerical Recipes' generator: any bytes will do that no compression or constant explains.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    box.writeUInt32BE(state, at);
  }
  for (let at = 8; at + videoMarker.length <= size; at += 256 * 1024)
    box.write(videoMarker, at, "latin1");
  return bytes;
}

export const sha256Of = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

/** As {@link openDebtsApp}, where new debts take a recording. */
export const openEvidenceApp = (options: TestAppOptions = {}): Promise<TestApp> =>
  openDebtsApp({
    ...options,
    environment: { GBS_EVIDENCE: "video", ...options.environment },
  });

export const consentVersion = async (user: DebtUser): Promise<string> =>
  expected(200, await user.get<{ version: string }>("/v1/gbs/recording-consent")).version;

/** What a borrower does to be recorded. */
export const recorderOf = (api: TestApp, user: DebtUser) => {
  const tus = async (
    method: string,
    path: string,
    sent: { readonly headers?: Readonly<Record<string, string>>; readonly body?: Uint8Array } = {},
  ): Promise<TusAnswer> => sendTus(api, await user.token(), { method, path, ...sent });
  const begin = async (debtId: string, lengthBytes: number): Promise<EvidenceUpload> => {
    const path = `/v1/debts/${debtId}/evidence/uploads`;
    const answer = await tus("POST", path, { headers: { "upload-length": String(lengthBytes) } });
    if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
    return answer.json as EvidenceUpload;
  };
  const send = (uploadId: string, offset: number, body: Uint8Array): Promise<TusAnswer> =>
    tus("PATCH", `/v1/evidence-uploads/${uploadId}`, {
      body,
      headers: {
        "upload-offset": String(offset),
        "content-type": "application/offset+octet-stream",
      },
    });
  return {
    ...{ tus, begin, send },
    state: async (uploadId: string): Promise<EvidenceUpload> =>
      expected(200, await user.get<EvidenceUpload>(`/v1/evidence-uploads/${uploadId}`)),
    /** Sends a whole recording; it is in the store and waits to be read back. */
    async upload(debtId: string, video: Uint8Array): Promise<Id> {
      const { id } = await begin(debtId, video.length);
      const answer = await send(id, 0, video);
      if (answer.status !== 204) throw new Error(`${answer.status} ${answer.text}`);
      return id;
    },
  };
};

export type EvidencePair = Awaited<ReturnType<typeof evidencePair>>;

/** As {@link debtPair}, with what brings a debt to an operator. */
export async function evidencePair(api: TestApp) {
  const pair: DebtPair = await debtPair(api);
  const recorder = recorderOf(api, pair.borrower);
  const version = await consentVersion(pair.borrower);

  /** Accepted, with consent; its borrower is asked for a recording. */
  async function accepted(asked: object = {}): Promise<Debt> {
    const { id } = await pair.offered(asked);
    const debt = await pair.borrower.done(id, "acceptance", { recordingConsent: version });
    await api.mails.run();
    return debt;
  }
  /** Reads the upload back, as the job does. */
  async function finish(uploadId: string): Promise<void> {
    await api.runJob("gbs.finish_upload", { uploadId });
    await api.mails.run();
  }
  const evidenceOf = async (user: DebtUser, id: string): Promise<DebtEvidence> =>
    expected(200, await user.get<DebtEvidence>(`/v1/debts/${id}/evidence`));
  return {
    ...{ ...pair, recorder, consent: version, accepted, finish, evidenceOf },
    /** A recording of this debt that waits for an operator; `evidenceId` is also the upload's. */
    async submitted(
      asked: { readonly video?: Uint8Array; readonly offer?: object } = {},
    ): Promise<{ readonly debt: Debt; readonly evidenceId: Id; readonly video: Uint8Array }> {
      const video = asked.video ?? (await videoFile("plain.mp4"));
      const { id } = await accepted(asked.offer);
      const evidenceId = await recorder.upload(id, video);
      await finish(evidenceId);
      return { debt: await pair.borrower.debt(id), evidenceId, video };
    },
    /** Another recording of a debt that came back to its borrower. */
    async submittedAgain(id: string, video?: Uint8Array): Promise<Id> {
      const evidenceId = await recorder.upload(id, video ?? (await videoFile("plain.webm")));
      await finish(evidenceId);
      return evidenceId;
    },
  };
}

export type { Answer, Problem };
