import { connect } from "node:net";

export type RawAnswer = {
  /** 0 = the connection was closed without an answer. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** How many bytes had been sent when the answer began. */
  readonly sentBytes: number;
};

/** For all answers to come, where the server neither gives them nor closes. */
const patienceMs = 20_000;
/** How long a server that has answered is listened to: it may not say more. */
const silenceMs = 150;

/**
 * Writes `parts` to a fresh connection one after the other, as bytes that no HTTP client would send, and gives what
 * comes back until the server closes, or has given so many whole answers and falls silent. Stops writing once an answer
 * begins.
 */
export function sendRaw(
  url: string,
  parts: string | Iterable<string | Uint8Array>,
  answers = 1,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const pieces = typeof parts === "string" ? [parts] : parts;
  const isHead = typeof parts === "string" && parts.startsWith("HEAD ");
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let received = "";
    let sentBytes = 0;
    let sentAtAnswer = -1;
    const finish = () => {
      socket.destroy();
      const [head = "", ...rest] = received.split("\r\n\r\n");
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? 0);
      resolve({ status, head, body: rest.join("\r\n\r\n"), sentBytes: Math.max(sentAtAnswer, 0) });
    };
    let silence = setTimeout(finish, patienceMs);
    socket.on("data", (chunk) => {
      if (sentAtAnswer < 0) sentAtAnswer = sentBytes;
      received += chunk.toString("latin1");
      if (wholeAnswers(received, isHead) < answers) return;
      clearTimeout(silence);
      silence = setTimeout(finish, silenceMs);
    });
    socket.on("close", () => {
      clearTimeout(silence);
      finish();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
    });
    socket.on("connect", async () => {
      for (const piece of pieces) {
        if (sentAtAnswer >= 0 || socket.destroyed) return;
        const bytes = typeof piece === "string" ? Buffer.from(piece, "latin1") : piece;
        sentBytes += bytes.byteLength;
        if (!socket.write(bytes)) await new Promise((drained) => socket.once("drain", drained));
        await Bun.sleep(0);
      }
    });
  });
}

/** Those of which nothing is missing (RFC 9112, 6.3), at the beginning of what was received. */
function wholeAnswers(received: string, isHead: boolean): number {
  const end = received.indexOf("\r\n\r\n");
  if (end < 0) return 0;
  const head = received.slice(0, end).toLowerCase();
  const rest = received.slice(end + 4);
  const isChunked = head.includes("transfer-encoding: chunked");
  const length = isHead
    ? 0
    : isChunked
      ? /(?:^|\r\n)0\r\n\r\n/.exec(rest)
      : Number(/content-length: (\d+)/.exec(head)?.[1] ?? 0);
  const taken = typeof length === "number" ? length : length && length.index + length[0].length;
  if (taken === null || rest.length < taken) return 0;
  return 1 + wholeAnswers(rest.slice(taken), isHead);
}
