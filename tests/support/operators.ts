import { createHash } from "node:crypto";
import { join } from "node:path";
import { segmentBytes } from "#modules/gbs/bounds";
import { createEvidenceVault } from "#modules/gbs/gateways/evidence-vault";
import { chunksPerSegment } from "#modules/gbs/gateways/recording-layout";
import { createReviewKeys, type ReviewKeys } from "#modules/gbs/gateways/review-keys";
import { createEpochRepository } from "#modules/gbs/storage/epoch.repository";
import { evidence, sentences, uploads } from "#modules/gbs/storage/evidence-tables";
import { createEpochRegister } from "#modules/gbs/use-cases/epoch-register";
import { newFileKey, newPayloadNonce } from "#platform/age/file-key";
import { createPayloadCipher } from "#platform/age/payload-cipher";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { addSeconds, utcDayOf } from "#platform/kernel/time";
import { openDiskStorage } from "#platform/storage/disk-storage";
import type { Storage } from "#platform/storage/storage";
import { systemIds } from "#platform/system";
import { type DebtPair, type DebtUser, debtPair, debtUser } from "./gbs.ts";
import type { Answer, TestApp } from "./test-app.ts";

const ctx = systemContext("test:operators", "test");

export type QueueItem = {
  readonly id: string;
  readonly debtId: string;
  readonly state: string;
  readonly sendBacks: number;
  readonly claim: {
    readonly operatorId: string;
    readonly isOwn: boolean;
    readonly claimEndsAt: string;
  } | null;
};
export type Item = QueueItem & {
  readonly sentence: { readonly text: string; readonly words: readonly string[] } | null;
  readonly decisions: readonly {
    readonly evidenceId: string;
    readonly decision: string;
    readonly reason: string | null;
  }[];
  readonly decidedAt: string | null;
};
export type Started = {
  readonly playbackId: string;
  readonly token: string;
  readonly expiresAt: string;
};

export const fullChecklist = {
  ...{ faceVisible: true, sentenceSpoken: true, wordsMatch: true, unedited: true },
};

/** What operators do, by its path. */
export const operatorVerbs = (operator: Pick<DebtUser, "get" | "post" | "delete">) => ({
  queue: (query = "") =>
    operator.get<{ items: QueueItem[]; nextCursor: string | null }>(`/v1/admin/evidence${query}`),
  item: (id: string) => operator.get<Item>(`/v1/admin/evidence/${id}`),
  claim: (id: string) => operator.post<Item>(`/v1/admin/evidence/${id}/claim`),
  giveBack: (id: string) => operator.delete(`/v1/admin/evidence/${id}/claim`),
  play: (id: string) => operator.post<Started>(`/v1/admin/evidence/${id}/playback`),
  decide: (id: string, decision: string, changes: object = {}) =>
    operator.post<Item>(`/v1/admin/evidence/${id}/decision`, {
      ...{ decision, checklist: fullChecklist },
      ...(decision === "approve" ? {} : { reason: "The third word cannot be understood." }),
      ...changes,
    }),
});

/** Opens what was claimed, and sees its first byte: less is no approval. */
export async function played(
  api: Pick<TestApp, "url">,
  { play }: Pick<ReturnType<typeof operatorVerbs>, "play">,
  evidenceId: string,
): Promise<Started> {
  const started = done(201, await play(evidenceId));
  const seen = await watch(api, started, { range: "bytes=0-0" });
  if (seen.status !== 206) throw new Error(`${seen.status} ${await seen.text()}`);
  await seen.arrayBuffer();
  return started;
}

/** Claims, watches and decides; fails unless all of it was done. */
export async function reviewed(
  api: Pick<TestApp, "url">,
  operator: Pick<DebtUser, "get" | "post" | "delete">,
  evidenceId: string,
  decision: string,
  changes: object = {},
): Promise<Item> {
  const verbs = operatorVerbs(operator);
  done(200, await verbs.claim(evidenceId));
  await played(api, verbs, evidenceId);
  return done(200, await verbs.decide(evidenceId, decision, changes));
}

function done<T>(status: number, answer: Answer<T>): T {
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** What a player gets. `token` goes into the header that clients send. */
export function watch(
  api: Pick<TestApp, "url">,
  started: Pick<Started, "playbackId" | "token">,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<Response> {
  return fetch(`${api.url}/v1/evidence-media/${started.playbackId}`, {
    ...{ method, headers: { "playback-token": started.token, ...headers } },
  });
}

/** The application's own files. */
export const storageOf = ({ dataDir }: Pick<TestApp, "dataDir">): Storage =>
  openDiskStorage({ dataDir, volatileDir: join(dataDir, "volatile"), ids: systemIds });

/** The review keys as the application has them. */
export function reviewKeysOf(api: TestApp, storage: Storage): ReviewKeys {
  const { db, clock, keyring } = api;
  return createReviewKeys({
    ...{ clock, ids: systemIds, keyring, volatile: storage.volatile },
    epochs: createEpochRegister({ db, clock, epochs: createEpochRepository() }),
    readReviewHeader: createEvidenceVault(storage).readReviewHeader,
  });
}

export type Submitted = {
  readonly debtId: Id;
  readonly id: Id;
  readonly epochId: Id;
  readonly plain: Uint8Array;
  readonly fileKey: Uint8Array;
};

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}

/** A recording as its upload leaves it, of a debt that somebody has accepted: stored, wrapped, and in the queue. */
export async function putRecording(
  api: TestApp,
  storage: Storage,
  debt: { readonly id: Id },
  borrower: DebtUser,
  { plain = randomBytes(100_000), mediaType = "video/webm" } = {},
): Promise<Submitted> {
  const [id, sentenceId] = [systemIds.next(), systemIds.next()];
  const vault = createEvidenceVault(storage);
  const fileKey = newFileKey();
  const nonce = newPayloadNonce();
  const cipher = await createPayloadCipher(fileKey, nonce);
  const payload = createHash("sha256").update(nonce);
  for (let at = 0; at < plain.length; at += segmentBytes) {
    const segment = at / segmentBytes;
    const endsPayload = at + segmentBytes >= plain.length;
    const part = plain.subarray(at, at + segmentBytes);
    const sealed = await cipher.sealChunks(segment * chunksPerSegment, part, { endsPayload });
    payload.update(sealed);
    await vault.putSegment({ uploadId: id, debtId: debt.id }, segment, once(sealed));
  }
  const { epochId, header } = await reviewKeysOf(api, storage).wrap(ctx, fileKey);
  await vault.putReviewHeader(id, header);
  const now = api.clock.now();
  await api.db.transact(ctx, async (tx) => {
    await tx.insert(sentences).values({
      ...{ id: sentenceId, debtId: debt.id, language: "en", day: utcDayOf(now) },
      ...{ words: ["anchor", "violin", "meadow", "copper"], drawnAt: now },
      text: "I, Mehmet Demir, owe Leyla Aydın 300.00 EUR. anchor violin meadow copper",
      expiresAt: addSeconds(now, 86_400),
    });
    await tx.insert(uploads).values({
      ...{ id, debtId: debt.id, sentenceId, userId: borrower.user.id, state: "submitted" },
      ...{ lengthBytes: plain.length, offsetBytes: plain.length, leaseToken: 1, epochId },
      payloadNonce: Buffer.from(nonce).toString("hex"),
      ...{ createdAt: now, expiresAt: addSeconds(now, 86_400), endedAt: now },
    });
    await tx.insert(evidence).values({
      ...{ id, debtId: debt.id, state: "submitted", submittedAt: now, mediaType },
      sha256: createHash("sha256").update(plain).digest("hex"),
      ...{ sizeBytes: plain.length, payloadSha256: payload.digest("hex") },
    });
  });
  await api.sql`update gbs.debts set evidence = 'video', state = 'evidence_submitted' where id = ${debt.id}`;
  return { debtId: debt.id, id, epochId, plain, fileKey };
}

export function randomBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 65_536)
    crypto.getRandomValues(bytes.subarray(at, Math.min(length, at + 65_536)));
  return bytes;
}

/** Two parties, two operators, and recordings of theirs. */
export async function reviewWorld(api: TestApp) {
  const pair: DebtPair = await debtPair(api);
  const [operator, otherOperator] = await Promise.all([
    debtUser(api, { roles: ["operator"], displayName: "Ola Operator" }),
    debtUser(api, { roles: ["operator"], displayName: "Otto Operator" }),
  ]);
  const storage = storageOf(api);
  async function submitted(
    options: { readonly plain?: Uint8Array; readonly mediaType?: string } = {},
  ): Promise<Submitted> {
    // More offers than a lender makes in a day.
    await api.sql`delete from platform.attempts`;
    const debt = await pair.active();
    return putRecording(api, storage, debt, pair.borrower, options);
  }
  return {
    ...{ pair, operator, otherOperator, storage, submitted },
    first: operatorVerbs(operator),
    other: operatorVerbs(otherOperator),
    /** The next recording of the same debt, after one came back. */
    again: ({ debtId }: Submitted) => putRecording(api, storage, { id: debtId }, pair.borrower),
  };
}
export type ReviewWorld = Awaited<ReturnType<typeof reviewWorld>>;

/** Data of the entries of a kind in a debt's log, in their order. */
export async function entriesOf(
  api: TestApp,
  debtId: string,
  kind: string,
): Promise<Readonly<Record<string, unknown>>[]> {
  const rows = await api.sql<{ entry: string }[]>`
    select entry from gbs.custody_entries where debt_id = ${debtId} and kind = ${kind} order by seq`;
  return rows.map(({ entry }) => JSON.parse(entry).data);
}
