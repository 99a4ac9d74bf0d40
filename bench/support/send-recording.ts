/**
 * Sends a recording of so many bytes to `url`, in large requests, as fast as they are taken or at so many MiB a second;
 * prints how many seconds it took.
 *
 *   bun bench/support/send-recording.ts <url> <bytes> [<MiB a second>]
 */

import { mebibyte } from "../../tests/support/evidence.ts";
import { longRecording } from "../../tests/support/long-recording.ts";
import { sendTus } from "../../tests/support/tus.ts";

const requestBytes = 100 * mebibyte;
/** Of a paced body. */
const pieceBytes = 64 * 1024;
const [url = "", size, pace] = [Bun.argv[2], Number(Bun.argv[3]), Number(Bun.argv[4] ?? 0)];
const recording = await longRecording(size);
let seconds = 0;
for (let offset = 0; offset < size; offset += requestBytes) {
  const to = Math.min(size, offset + requestBytes);
  // Made before it is measured: how fast we make bytes is not the question.
  const body = new Uint8Array(to - offset);
  let at = 0;
  for (const piece of recording.bytes(offset, to)) {
    body.set(piece, at);
    at += piece.length;
  }
  const began = performance.now();
  const { status, text } = await sendTus({ url }, Bun.env["TOKEN"] ?? null, {
    ...{ method: "PATCH", path: "", body: pace > 0 ? paced(body) : body },
    headers: {
      "upload-offset": String(offset),
      "content-type": "application/offset+octet-stream",
    },
  });
  seconds += (performance.now() - began) / 1000;
  if (status !== 204) throw new Error(`${status} ${text}`);
}
console.log(seconds);

/** A piece as soon as it is due; whoever is late gets what was missed at once. */
function paced(body: Uint8Array): ReadableStream<Uint8Array> {
  const began = performance.now();
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      const dueMs = (at / (pace * mebibyte)) * 1000;
      await Bun.sleep(Math.max(0, dueMs - (performance.now() - began)));
      controller.enqueue(body.slice(at, at + pieceBytes));
      at += pieceBytes;
      if (at >= body.length) controller.close();
    },
  });
}
