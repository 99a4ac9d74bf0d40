import { createConnection, createServer, type Socket } from "node:net";

/** A way to a unix socket through TCP that a test can take away and give back. Slow readers slow writers down. */
export async function openPipingProxy(socketPath: string) {
  const open = new Set<Socket>();
  let accepting = true;
  const server = createServer((client) => {
    if (!accepting) return void client.destroy();
    const target = createConnection(socketPath);
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    cut,
    takeAway() {
      accepting = false;
      cut();
    },
    restore() {
      accepting = true;
    },
    close() {
      cut();
      server.close();
    },
  };
}
