import { createConnection, createServer, type NetConnectOpts, type Socket } from "node:net";

/**
 * A way to a server through TCP that a test can take away and give back. Slow readers slow writers down. Whoever ends a
 * connection hears of its end when the server has ended it, not before: what a session held is free by then.
 */
export async function openPipingProxy(to: NetConnectOpts) {
  const open = new Set<Socket>();
  /** From whom to whom. */
  const ways = new Map<Socket, Socket>();
  let accepting = true;
  let stalled = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (!accepting) return void client.destroy();
    const target = createConnection({ ...to, allowHalfOpen: true });
    for (const [one, other] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(one);
      ways.set(one, other);
      if (stalled) one.pause();
      else one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        ways.delete(one);
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
    /** From now on nothing passes, and nobody is told: as a network that was split. New connections hear nothing, too. */
    stall() {
      stalled = true;
      for (const [one, other] of ways) {
        one.unpipe(other);
        one.pause();
      }
    },
    /** What was on its way arrives. */
    flow() {
      stalled = false;
      for (const [one, other] of ways) one.pipe(other);
    },
    close() {
      cut();
      server.close();
    },
  };
}
