import type { Socket, UnixSocketOptions } from "bun";

type Peer = { other: Socket<Peer> | undefined; waiting: Buffer[] };

/** A relay to a unix socket whose connections a test can cut, and which it can take away for a while. */
export function openProxy(target: UnixSocketOptions<Peer>["unix"]) {
  const open = new Set<Socket<Peer>>();
  let accepting = true;

  const forward = {
    data(socket: Socket<Peer>, chunk: Buffer) {
      const { other, waiting } = socket.data;
      if (other) other.write(chunk);
      else waiting.push(Buffer.from(chunk));
    },
    close(socket: Socket<Peer>) {
      open.delete(socket);
      socket.data.other?.end();
    },
    error() {},
  };
  const server = Bun.listen<Peer>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      ...forward,
      async open(socket) {
        socket.data = { other: undefined, waiting: [] };
        if (!accepting) return void socket.terminate();
        open.add(socket);
        const other = await Bun.connect<Peer>({
          unix: target,
          data: { other: socket, waiting: [] },
          socket: forward,
        });
        open.add(other);
        for (const chunk of socket.data.waiting) other.write(chunk);
        socket.data = { other, waiting: [] };
      },
    },
  });

  const cut = () => {
    for (const socket of open) socket.terminate();
    open.clear();
  };
  return {
    port: server.port,
    /** Breaks every connection; new ones work. */
    cut,
    /** Breaks every connection and refuses new ones until `restore`. */
    takeAway() {
      accepting = false;
      cut();
    },
    restore() {
      accepting = true;
    },
    close() {
      cut();
      server.stop(true);
    },
  };
}
