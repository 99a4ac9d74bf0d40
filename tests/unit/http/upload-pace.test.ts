import { expect, test } from "bun:test";
import type { Server } from "bun";
import { createExchange } from "#platform/http/exchange";
import { openUpload } from "#platform/http/upload";

const piece = 64 * 1024;
const types = ["text/csv"];
const server = { pendingRequests: 0 };
const exchange = () => createExchange("r", null, server as unknown as Server<unknown>);

/** A request of so many pieces. */
function request(pieces: number): Request {
  let left = pieces;
  return new Request("http://localhost/", {
    method: "POST",
    headers: { "content-type": "text/csv" },
    body: new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (left === 0) return controller.close();
          left -= 1;
          controller.enqueue(new Uint8Array(piece).fill(left + 1));
        },
      },
      { highWaterMark: 0 },
    ),
  });
}
const read = (sent: Request, inPassing = false) =>
  openUpload(sent, exchange(), { maxBytes: 100 * piece, types, inPassing });

async function secondsFor(pieces: number): Promise<number> {
  const began = performance.now();
  let bytes = 0;
  for await (const chunk of read(request(pieces))) bytes += chunk.length;
  expect(bytes).toBe(pieces * piece);
  return (performance.now() - began) / 1000;
}

test("an upload takes its next bytes when others are answered, and before that when it takes long", async () => {
  // Itself.
  server.pendingRequests = 1;
  expect(await secondsFor(50)).toBeLessThan(0.8);
  // And somebody who is answered soon.
  server.pendingRequests = 2;
  const answered = setTimeout(() => {
    server.pendingRequests = 1;
  }, 60);
  const took = await secondsFor(50);
  clearTimeout(answered);
  expect(took).toBeGreaterThan(0.05);
  expect(took).toBeLessThan(0.8);
  // Never answered: a pause a piece, no standstill.
  server.pendingRequests = 2;
  expect(await secondsFor(5)).toBeGreaterThan(0.1);
  server.pendingRequests = 1;
});

test("two uploads do not wait for each other", async () => {
  server.pendingRequests = 2;
  const other = read(request(1000))[Symbol.asyncIterator]();
  await other.next();
  expect(await secondsFor(50)).toBeLessThan(0.8);
  await other.return?.();
  server.pendingRequests = 1;
});

test("pieces of one that is read in passing are empty once the next is asked for; of others they stay", async () => {
  for (const inPassing of [true, false]) {
    const kept: Uint8Array[] = [];
    for await (const chunk of read(request(3), inPassing)) {
      expect(chunk.length).toBe(piece);
      kept.push(chunk);
    }
    expect(kept.map(({ length }) => length)).toEqual(Array(3).fill(inPassing ? 0 : piece));
  }
});
