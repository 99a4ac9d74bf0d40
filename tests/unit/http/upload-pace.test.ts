import { expect, test } from "bun:test";
import type { Server } from "bun";
import { createExchange } from "#platform/http/exchange";
import { openUpload } from "#platform/http/upload";

const piece = 64 * 1024;
const types = ["text/csv"];
/** How often an upload looks whether others wait, a millisecond apart, before it takes its next bytes anyway. */
const maxLooks = 50;
/** Requests that are being answered; `answeredAfter` so many looks one of them is. */
const server = {
  requests: 1,
  looks: 0,
  answeredAfter: Number.POSITIVE_INFINITY,
  get pendingRequests() {
    this.looks += 1;
    return this.looks > this.answeredAfter ? this.requests - 1 : this.requests;
  },
};
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

async function looksFor(pieces: number): Promise<number> {
  server.looks = 0;
  let bytes = 0;
  for await (const chunk of read(request(pieces))) bytes += chunk.length;
  expect(bytes).toBe(pieces * piece);
  return server.looks;
}

test("an upload takes its next bytes when others are answered, and before that when it takes long", async () => {
  // Itself: a look before each piece, and before the end.
  server.requests = 1;
  expect(await looksFor(50)).toBe(51);
  // And somebody who is answered soon.
  server.requests = 2;
  server.answeredAfter = 30;
  expect(await looksFor(50)).toBe(51 + 30);
  // Never answered: a pause a piece, no standstill.
  server.answeredAfter = Number.POSITIVE_INFINITY;
  const began = performance.now();
  expect(await looksFor(5)).toBe(6 * maxLooks);
  expect(performance.now() - began).toBeGreaterThan(100);
  server.requests = 1;
});

test("two uploads do not wait for each other", async () => {
  server.requests = 2;
  const other = read(request(1000))[Symbol.asyncIterator]();
  await other.next();
  expect(await looksFor(50)).toBe(51);
  await other.return?.();
  server.requests = 1;
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
