import { readFileSync, writeFileSync } from "node:fs";
import { mebibyte, videoFile } from "./evidence.ts";

/**
 * A recording too long to have in memory: a real MP4 that plays, and a box that players skip with bytes that do not
 * repeat within it. The same bytes each time.
 */
export async function longRecording(sizeBytes: number) {
  const video = await videoFile("plain.mp4");
  const begin = Buffer.alloc(video.length + 8);
  begin.set(video);
  begin.writeUInt32BE(sizeBytes - video.length, video.length);
  begin.write("free", video.length + 4, "latin1");
  const filler = new Uint8Array(mebibyte);
  for (let at = 0, state = 1; at < filler.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    filler[at] = state >>> 24;
  }

  /** Of {@link filler}, each time with another number in it; never the same memory. */
  function piece(from: number, length: number): Uint8Array<ArrayBuffer> {
    const bytes = filler.slice(0, length);
    new DataView(bytes.buffer).setUint32(0, from);
    return bytes;
  }
  /** From one byte, at a mebibyte or at the beginning, up to another. */
  function* bytes(from: number, to: number): Generator<Uint8Array<ArrayBuffer>, void> {
    for (let at = from; at < to; ) {
      const end = Math.min(to, (Math.floor(at / mebibyte) + 1) * mebibyte);
      const made = piece(at, end - at);
      if (at === 0) made.set(begin);
      yield made;
      at = end;
    }
  }
  return {
    ...{ sizeBytes, bytes },
    /** As {@link bytes}, made as they are taken. */
    stream(from: number, to: number): ReadableStream<Uint8Array<ArrayBuffer>> {
      const source = bytes(from, to);
      return new ReadableStream({
        pull(controller) {
          const { value, done } = source.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
      });
    },
  };
}
export type LongRecording = Awaited<ReturnType<typeof longRecording>>;

/** The most that a process has had in memory since it was last asked for. */
export function peakBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
