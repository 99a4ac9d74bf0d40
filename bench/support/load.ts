import { percentile } from "./figures.ts";

const connections = 50;

/** Requests a second that `wrk` gets answered, with 50 connections from one thread. */
export async function throughput(
  url: string,
  seconds: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  const sent = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const child = Bun.spawn(["wrk", "-t1", `-c${connections}`, `-d${seconds}s`, ...sent, url], {
    stderr: "inherit",
  });
  const [text, code] = await Promise.all([new Response(child.stdout).text(), child.exited]);
  const found = /Requests\/sec:\s+([\d.]+)/.exec(text)?.[1];
  if (code !== 0 || found === undefined) throw new Error(`wrk failed:\n${text}`);
  if (/Non-2xx/.test(text)) throw new Error(`not every answer was a success:\n${text}`);
  return Number(found);
}

/**
 * Milliseconds from when a request was due to when its answer was read, at a fixed rate: a server that falls behind
 * shows as late answers, not as fewer requests.
 */
export function latencies(url: string, perSecond: number, seconds: number): Promise<number[]> {
  const until = performance.now() + seconds * 1000;
  return askAtRate([url], perSecond, () => performance.now() < until);
}

/** As {@link latencies}, of several addresses in turn, for as long as it `goesOn`. */
export function askAtRate(
  urls: readonly string[],
  perSecond: number,
  goesOn: () => boolean,
  headers: Readonly<Record<string, string>> = {},
): Promise<number[]> {
  return sendAtRate(
    (sent) => fetch(urls[sent % urls.length] ?? "", { headers }),
    perSecond,
    goesOn,
  );
}

/** As {@link askAtRate}, of whatever `send` sends as the request of this number. */
export async function sendAtRate(
  send: (sent: number) => Promise<Response>,
  perSecond: number,
  goesOn: () => boolean,
): Promise<number[]> {
  const times: number[] = [];
  const running: Promise<void>[] = [];
  const began = performance.now();
  async function request(sent: number, dueMs: number): Promise<void> {
    const response = await send(sent);
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`answered ${response.status}`);
    times.push(performance.now() - began - dueMs);
  }
  for (let sent = 0; goesOn(); ) {
    const elapsedMs = performance.now() - began;
    for (; (sent * 1000) / perSecond <= elapsedMs; sent++)
      running.push(request(sent, (sent * 1000) / perSecond));
    await Bun.sleep(1);
  }
  await Promise.all(running);
  return times;
}

export const describeLatencies = (times: readonly number[]): string =>
  [0.5, 0.95, 0.99, 0.999]
    .map((share) => `p${share * 100} ${percentile(times, share).toFixed(2)} ms`)
    .join(", ");
