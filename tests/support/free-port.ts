/** By this process: who asked first may not listen yet. */
const given = new Set<number>();

/**
 * A port nobody uses at this moment, outside of the ports that Linux (from 32768) and macOS (from 49152) give to
 * outgoing connections: those may be taken again before a server listens.
 */
export function freePort(): number {
  const [first, end] = [10_000, 32_000];
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = first + Math.floor(Math.random() * (end - first));
    if (given.has(port)) continue;
    try {
      Bun.listen({ hostname: "0.0.0.0", port, socket: { data() {} } }).stop(true);
      given.add(port);
      return port;
    } catch {
      // Taken: another one.
    }
  }
  throw new Error("no free port");
}
