import { afterAll, beforeAll, expect, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Decrypter } from "age-encryption";
import fc from "fast-check";
import { segmentBytes } from "#modules/gbs/bounds";
import type { EvidenceUpload } from "#modules/gbs/contract";
import { createEvidenceVault } from "#modules/gbs/gateways/evidence-vault";
import { headerForRecipient } from "#platform/age/header";
import { newIdentity } from "#platform/age/identities";
import { openDiskStorage } from "#platform/storage/disk-storage";
import type { ObjectStore } from "#platform/storage/object-store";
import type { Storage } from "#platform/storage/storage";
import { systemIds } from "#platform/system";
import { eventually } from "../../support/eventually.ts";
import {
  type EvidencePair,
  evidencePair,
  longVideo,
  openEvidenceApp,
  sha256Of,
  videoMarker,
} from "../../support/evidence.ts";
import type { TestApp } from "../../support/test-app.ts";
import { sendTus } from "../../support/tus.ts";

/** Every sealed form that a segment was ever stored in, by its key. */
const stored = new Map<string, Set<string>>();
let storage: Storage;
let api: TestApp;
let pair: EvidencePair;
beforeAll(async () => {
  api = await openEvidenceApp({ storage: open });
  pair = await evidencePair(api);
});
afterAll(() => api.close());

function open(dataDir: string): Storage {
  const real = openDiskStorage({
    ...{ dataDir, volatileDir: join(dataDir, "volatile"), ids: systemIds },
  });
  const objects: ObjectStore = {
    ...real.objects,
    async put(key, source) {
      if ("path" in source || !key.startsWith("evidence/")) return real.objects.put(key, source);
      const bytes = Buffer.concat(await Array.fromAsync(source, (piece) => piece.slice()));
      stored.set(key, (stored.get(key) ?? new Set()).add(sha256Of(bytes)));
      return real.objects.put(key, [bytes].values() as unknown as AsyncIterable<Uint8Array>);
    },
  };
  storage = { ...real, objects };
  return storage;
}

const length = 3 * segmentBytes + 77_777;
type Move =
  | { readonly kind: "cut"; readonly after: number }
  | { readonly kind: "part"; readonly bytes: number }
  | { readonly kind: "wrong_offset"; readonly by: number }
  | { readonly kind: "other_bytes" }
  | { readonly kind: "uncounted" }
  | { readonly kind: "rewritten" }
  | { readonly kind: "both" }
  | { readonly kind: "rest" };

const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 0, max: length })
      .map((after) => ({ kind: "cut" as const, after })),
  },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: segmentBytes, max: 2 * segmentBytes + 5 })
      .map((bytes) => ({ kind: "part" as const, bytes })),
  },
  fc
    .integer({ min: -segmentBytes, max: segmentBytes })
    .map((by) => ({ kind: "wrong_offset" as const, by: by || 1 })),
  fc.constant({ kind: "other_bytes" as const }),
  fc.constant({ kind: "uncounted" as const }),
  fc.constant({ kind: "rewritten" as const }),
  fc.constant({ kind: "both" as const }),
  fc.constant({ kind: "rest" as const }),
);

test("however it is cut, repeated, misplaced or forged: no nonce covers two plaintexts, and what is whole opens", async () => {
  const [video, forged] = [await longVideo(length, 1), await longVideo(length, 2)];
  let completed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(moves, { minLength: 1, maxLength: 6 }), async (script) => {
      const { id: debtId } = await pair.accepted();
      const { id } = await pair.recorder.begin(debtId, length);
      for (const move of [...script, { kind: "rest" } as const])
        await make(id, move, video, forged);
      const upload = await settled(id);
      expect(onlyOnePlaintextEach(id)).toBe(true);
      if (upload.state === "discarded") {
        expect(upload.fault).toBe("diverged");
        await api.runJob("gbs.sweep_uploads");
        expect(await keysOf(id)).toEqual([]);
        return;
      }
      completed += 1;
      await pair.finish(id);
      const [item] = (await pair.evidenceOf(pair.borrower, debtId)).items;
      expect(item).toMatchObject({ id, state: "submitted", sizeBytes: length });
      const clear = await openedByAge(id, debtId);
      expect(sha256Of(clear)).toBe(item?.sha256 ?? "");
      expect([sha256Of(video), sha256Of(forged)]).toContain(sha256Of(clear));
    }),
    {
      numRuns: 8,
      // What is rare, and what it is all about.
      examples: [
        [[{ kind: "part", bytes: segmentBytes }, { kind: "rewritten" }]],
        [[{ kind: "part", bytes: 2 * segmentBytes }, { kind: "uncounted" }, { kind: "both" }]],
      ],
    },
  );
  expect(completed).toBeGreaterThan(1);
}, 300_000);

async function make(id: string, move: Move, video: Uint8Array, forged: Uint8Array): Promise<void> {
  const { state, offsetBytes: offset } = await settled(id);
  if (state !== "receiving") return;
  const { recorder } = pair;
  switch (move.kind) {
    case "rest":
      await recorder.send(id, offset, video.subarray(offset));
      return;
    case "part":
      await recorder.send(id, offset, video.subarray(offset, offset + move.bytes));
      return;
    case "wrong_offset": {
      const answer = await recorder.send(id, Math.max(0, offset + move.by), video.subarray(0, 10));
      if (offset + move.by > 0) expect(answer.status).toBe(409);
      return;
    }
    case "other_bytes":
      // Up to now nothing contradicts it: an upload that begins with these goes on with them.
      await recorder.send(id, offset, forged.subarray(offset));
      return;
    case "rewritten":
      await make(id, { kind: "uncounted" }, video, forged);
      await make(id, { kind: "other_bytes" }, video, forged);
      return;
    case "uncounted":
      // As if the last segment had been stored, and its writer had died before it was counted.
      if (offset >= segmentBytes)
        await api.sql`update gbs.uploads set offset_bytes = ${offset - segmentBytes} where id = ${id}`;
      return;
    case "cut":
      await cutAfter(id, offset, video.subarray(offset), move.after);
      return;
    case "both":
      await Promise.all([
        recorder.send(id, offset, video.subarray(offset)),
        recorder.send(id, offset, forged.subarray(offset)),
      ]);
  }
}

/** Sends so many bytes, and lets the connection go once it has the lease: it is known until when it writes. */
async function cutAfter(
  id: string,
  offset: number,
  rest: Uint8Array,
  after: number,
): Promise<void> {
  const aborter = new AbortController();
  const before = await leaseTokenOf(id);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (at >= Math.min(after, rest.length)) {
        await eventually("it has the lease", async () => (await leaseTokenOf(id)) !== before);
        aborter.abort();
        return;
      }
      const end = Math.min(at + 256 * 1024, after);
      controller.enqueue(rest.slice(at, end));
      at = end;
    },
  });
  await sendTus(api, await pair.borrower.token(), {
    ...{ method: "PATCH", path: `/v1/evidence-uploads/${id}`, body, signal: aborter.signal },
    headers: {
      ...{ "upload-offset": String(offset), "content-type": "application/offset+octet-stream" },
    },
  }).catch(() => {});
}

const leaseTokenOf = async (id: string): Promise<unknown> =>
  (await api.sql`select lease_token from gbs.uploads where id = ${id}`)[0]?.["lease_token"];

/** The upload once nobody writes to it any more. */
async function settled(id: string): Promise<EvidenceUpload> {
  await eventually("nobody writes to it", async () => {
    const [row] = await api.sql`select leased_until, state from gbs.uploads where id = ${id}`;
    return row?.["leased_until"] === null || row?.["state"] !== "receiving";
  });
  return pair.recorder.state(id);
}

const onlyOnePlaintextEach = (id: string): boolean =>
  [...stored].filter(([key]) => key.includes(id)).every(([, forms]) => forms.size === 1);

const keysOf = async (id: string) =>
  (await storage.objects.list("evidence/", { limit: 1_000 }))
    .map(({ key }) => key)
    .filter((key) => key.includes(id));

/** The recording as the age library opens it, with a header for a key of our own in the place of the review's. */
async function openedByAge(id: string, debtId: string): Promise<Uint8Array> {
  const [row] = await api.sql<{ nonce: string; epoch: string }[]>`
    select payload_nonce as nonce, epoch_id as epoch from gbs.uploads where id = ${id}`;
  const { identity, recipient } = await newIdentity();
  const fileKey = await reviewKey(id, row?.epoch ?? "");
  const vault = createEvidenceVault(storage);
  const recording = { uploadId: id, debtId, payloadNonce: row?.nonce ?? "", sizeBytes: length };
  const payload = await Array.fromAsync(
    vault.sealedPayload(recording as Parameters<typeof vault.sealedPayload>[0]),
    (piece) => piece.slice(),
  );
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const file = Buffer.concat([await headerForRecipient(fileKey, recipient), ...payload]);
  return decrypter.decrypt(new Uint8Array(file));
}

async function reviewKey(id: string, epochId: string): Promise<Uint8Array> {
  const { openHeader } = await import("#platform/age/header");
  const read = async (key: string) => {
    const found = await storage.volatile.get(key);
    if (!found) throw new Error(`${key} is gone`);
    return Buffer.concat(await Array.fromAsync(found.chunks));
  };
  const sealed = (await read(`epochs/${epochId}`)).toString();
  const identity = api.keyring.open("review-epoch", sealed, epochId);
  const fileKey =
    identity &&
    (await openHeader(new Uint8Array(await read(`evidence/${id}/review-header`)), { identity }));
  if (!fileKey) throw new Error("the header opens for nobody");
  return fileKey;
}

test("nothing clear is in the data directory while and after it is sent", async () => {
  const found: string[] = [];
  for await (const name of new Bun.Glob("**/*").scan({ cwd: api.dataDir, dot: true })) {
    const bytes = Buffer.from(await Bun.file(join(api.dataDir, name)).bytes());
    if (bytes.includes(videoMarker)) found.push(name);
  }
  expect(found).toEqual([]);
});

test("when all that is volatile was lost, uploads begin anew under another key the same week", async () => {
  const { id: debtId } = await pair.accepted();
  const video = await longVideo(100_000);
  const lost = await pair.recorder.begin(debtId, video.length);
  await rm(join(api.dataDir, "volatile"), { recursive: true });
  expect((await pair.recorder.send(lost.id, 0, video)).status).toBe(410);
  const again = await pair.recorder.upload(debtId, video);
  await pair.finish(again);
  expect((await pair.evidenceOf(pair.borrower, debtId)).items).toMatchObject([{ id: again }]);
});
