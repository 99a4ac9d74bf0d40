import { connect } from "node:net";

export type Receiving = {
  /** What has arrived so far, head and framing included. */
  arrived(): number;
  /** The body as far as it arrived, once the connection is over, however it ended; null = no body was answered. */
  readonly body: Promise<Uint8Array | null>;
};

/** Before more is read: what is sent meanwhile waits at the server. */
const pauseMs = 2;

/**
 * A GET whose every byte that arrives is kept, also when the server dies in the middle of its answer: what clients give
 * their users of that is less.
 */
export function receive(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Receiving {
  const { hostname, port } = new URL(url);
  const parts: Buffer[] = [];
  let bytes = 0;
  const over = Promise.withResolvers<void>();
  const socket = connect(Number(port), hostname, () => {
    const lines = Object.entries({ host: `${hostname}:${port}`, connection: "close", ...headers });
    const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`GET ${path} HTTP/1.1\r\n${head}\r\n`);
  });
  socket.on("data", (part: Buffer) => {
    parts.push(part);
    bytes += part.length;
    socket.pause();
    setTimeout(() => socket.resume(), pauseMs);
  });
  socket.on("error", () => {}); // its server was killed
  socket.on("close", () => over.resolve());
  return { arrived: () => bytes, body: over.promise.then(() => bodyOf(Buffer.concat(parts))) };
}

function bodyOf(answer: Buffer): Uint8Array | null {
  const end = answer.indexOf("\r\n\r\n");
  const head = answer.subarray(0, Math.max(0, end)).toString("latin1").toLowerCase();
  if (!/^http\/1\.1 20[06]/.test(head)) return null;
  const body = answer.subarray(end + 4);
  return head.includes("transfer-encoding: chunked") ? unchunked(body) : body;
}

/** RFC 9112, 7.1, of which the end may be missing. */
function unchunked(body: Buffer): Uint8Array {
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const line = body.indexOf("\r\n", at);
    if (line < 0) break;
    const size = Number.parseInt(body.toString("latin1", at, line), 16);
    chunks.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
