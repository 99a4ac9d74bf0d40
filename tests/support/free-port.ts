/**
 * A port nobody uses at this moment, outside of the ports that Linux (from 32768) and macOS (from 49152) give to
 * outgoing connections: those may be taken again before a server listens.
 */
export function freePort(): number {
  const [first, end] = [10_000, 32_000];
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = first + Math.floor(Math.random() * (end - first));
    try {
      Bun.listen({ hostname: "0.0.0.0", port, socket: { data() {} } }).stop(true);
      return port;
    } catch {
      // Taken: another one.
    }
  }
  throw new Error("no free port");
}
