import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { segmentBytes } from "#modules/gbs/bounds";
import { chunksPerSegment } from "#modules/gbs/gateways/recording-layout";
import { createPayloadCipher } from "#platform/age/payload-cipher";
import { systemContext } from "#platform/kernel/context";
import { isId } from "#platform/kernel/ids";
import { longVideo, sha256Of, videoFile, videoMarker } from "./evidence.ts";
import { reviewKeysOf, storageOf } from "./operators.ts";
import type { TestApp } from "./test-app.ts";

/** A page of memory or of a disk without the marker in it is no piece of such a video. */
const markerEachBytes = 4096;

/**
 * As {@link longVideo}, with the marker in every 4 KiB after the video itself. From segment `otherFrom` on its bytes are
 * those of another one.
 */
export async function markedVideo(sizeBytes: number, otherFrom?: number): Promise<Uint8Array> {
  const video = await longVideo(sizeBytes);
  if (otherFrom !== undefined) {
    const at = Math.max(otherFrom * segmentBytes, 1024 * 1024);
    video.set((await longVideo(sizeBytes, 2)).subarray(at), at);
  }
  const begin = (await videoFile("plain.mp4")).length + 8;
  const marker = Buffer.from(videoMarker);
  for (let at = begin; at + marker.length <= sizeBytes; at += markerEachBytes)
    video.set(marker, at);
  return video;
}

export type SealedCopies = Awaited<ReturnType<typeof watchSealedCopies>>;
type Form = { readonly segment: number; readonly plain: Uint8Array; readonly sealed: Uint8Array };

/**
 * Knows what an upload to a disk has ever stored of some videos, whole segments and half-written ones alike: with the
 * keys of the application it seals every segment itself, and recognises what it finds.
 */
export async function watchSealedCopies(
  api: TestApp,
  uploadId: string,
  videos: readonly Uint8Array[],
) {
  const forms = await sealedForms(api, uploadId, videos);
  const objects = join(api.dataDir, "objects");
  /** Of each segment, the hashes of all plaintexts that were ever found sealed. */
  const plaintexts = new Map<number, Map<string, Uint8Array>>();
  const wholeSegments = new Map<number, string>();
  // What others were at when they were killed.
  const seen = new Set(pathsIn(objects).map(versionOf));

  function look(): void {
    for (const path of pathsIn(objects)) {
      const isHalf = path.startsWith(".incoming/");
      const version = versionOf(path);
      if ((!isHalf && !path.includes(uploadId)) || seen.has(version)) continue;
      seen.add(version);
      note(path, isHalf);
    }
  }

  function versionOf(path: string): string {
    const file = statSync(join(objects, path), { throwIfNoEntry: false });
    return `${path} ${file?.ino} ${file?.mtimeMs} ${file?.size}`;
  }

  function note(path: string, isHalf: boolean): void {
    const bytes = readIfThere(join(objects, path));
    if (!bytes || bytes.length === 0) return;
    const form = forms.find(({ sealed }) => beginsWith(sealed, bytes));
    if (!form) throw new Error(`${path} is no sealed segment of what was sent`);
    const { segment, plain, sealed } = form;
    const known = plaintexts.get(segment) ?? new Map();
    plaintexts.set(segment, known.set(sha256Of(plain), plain));
    if (isHalf) return;
    if (sealed.length !== bytes.length || Number(path.slice(-6)) !== segment)
      throw new Error(`${path} is not the whole of its segment`);
    const hash = sha256Of(bytes);
    if ((wholeSegments.get(segment) ?? hash) !== hash)
      throw new Error(`${path} had other bytes before`);
    wholeSegments.set(segment, hash);
  }

  return {
    /** Remembers what there is; throws for what is neither sealed nor what it was. */
    look,
    /** Segments of which more than one plaintext was sealed at any time. */
    sealedTwice: () => [...plaintexts].filter(([, known]) => known.size > 1).map(([at]) => at),
    /** How many segments were ever seen whole. */
    segments: () => wholeSegments.size,
    /** How many segments lie there now. */
    stored: () => pathsIn(objects).filter((path) => path.includes(`/${uploadId}/`)).length,
    /** What a recording of the segments that were seen has to be. */
    recording: (): Uint8Array =>
      Buffer.concat(
        [...plaintexts]
          .toSorted(([one], [other]) => one - other)
          .flatMap(([, known]) => [...known.values()]),
      ),
  };
}

async function sealedForms(
  api: TestApp,
  id: string,
  videos: readonly Uint8Array[],
): Promise<readonly Form[]> {
  const [row] = await api.sql<{ nonce: string; epoch: string }[]>`
    select payload_nonce as nonce, epoch_id as epoch from gbs.uploads where id = ${id}`;
  if (!row || !isId(id) || !isId(row.epoch)) throw new Error("there is no such upload");
  const fileKey = await reviewKeysOf(api, storageOf(api)).open(systemContext("test", "test"), {
    ...{ uploadId: id, epochId: row.epoch },
  });
  if (!fileKey) throw new Error("nobody can open it");
  const cipher = await createPayloadCipher(fileKey, Uint8Array.fromHex(row.nonce));
  const made: Form[] = [];
  for (const video of videos)
    for (let at = 0; at < video.length; at += segmentBytes) {
      const plain = video.subarray(at, at + segmentBytes);
      const segment = at / segmentBytes;
      const endsPayload = at + segmentBytes >= video.length;
      const sealed = await cipher.sealChunks(segment * chunksPerSegment, plain, { endsPayload });
      made.push({ segment, plain, sealed });
    }
  return made;
}

const beginsWith = (whole: Uint8Array, part: Uint8Array): boolean =>
  part.length <= whole.length && Buffer.compare(whole.subarray(0, part.length), part) === 0;

/** Directories come and go meanwhile. */
function pathsIn(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) =>
      statSync(join(directory, path), { throwIfNoEntry: false })?.isFile(),
    );
  } catch {
    return [];
  }
}

function readIfThere(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined; // renamed since
  }
}
