/** Sends a recording of so many bytes to `url`, in large requests; prints how many seconds it took. */

import { mebibyte } from "../../tests/support/evidence.ts";
import { longRecording } from "../../tests/support/long-recording.ts";
import { sendTus } from "../../tests/support/tus.ts";

const requestBytes = 100 * mebibyte;
const [url = "", size] = [Bun.argv[2], Number(Bun.argv[3])];
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
    ...{ method: "PATCH", path: "", body },
    headers: {
      "upload-offset": String(offset),
      "content-type": "application/offset+octet-stream",
    },
  });
  seconds += (performance.now() - began) / 1000;
  if (status !== 204) throw new Error(`${status} ${text}`);
}
console.log(seconds);
