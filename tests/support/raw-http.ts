import { connect } from "node:net";

export type RawAnswer = {
  /** 0 = the connection was closed without an answer. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
  /** How many bytes had been sent when the answer began. */
  readonly sentBytes: number;
};

/**
 * Writes `parts` to a fresh connection one after the other, as bytes that no HTTP client would send, and gives what
 * comes back until the server closes or falls silent for `silenceMs`. Stops writing once an answer begins.
 */
export function sendRaw(
  url: string,
  parts: string | Iterable<string | Uint8Array>,
  silenceMs = 150,
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const pieces = typeof parts === "string" ? [parts] : parts;
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
    let silence = setTimeout(finish, 5_000);
    socket.on("data", (chunk) => {
      if (sentAtAnswer < 0) sentAtAnswer = sentBytes;
      received += chunk.toString("latin1");
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
