import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { type MainProcess, spawnMain } from "./main-process.ts";

const startTimeoutMs = 180_000;

export type ServerProcess = MainProcess & { readonly url: string };

export const freshDataDir = (): string => mkdtempSync(join(tmpdir(), "fintrack-process-"));

const started = new Set<ServerProcess>();

/** Ends whatever a test has left running, passed or failed: for afterEach. */
export async function endServerProcesses(): Promise<void> {
  const left = [...started];
  started.clear();
  await Promise.all(
    left.map((server) => {
      server.kill("SIGTERM");
      return server.ended;
    }),
  );
}

/** `bun src/main.ts` without provider polling, as its user starts it; resolves when it is ready. */
export async function startServerProcess(
  variables: Record<string, string>,
): Promise<ServerProcess> {
  const port = variables["PORT"] ?? `${freePort()}`;
  const running = spawnMain([], { RATES_REFRESH: "off", PORT: port, ...variables });
  const url = `http://localhost:${port}`;
  let over = false;
  void running.ended.then(() => {
    over = true;
  });
  await eventually(
    "the server is ready",
    () => {
      if (over) throw new Error(`it ended early:\n${running.lines().join("\n")}`);
      return fetch(`${url}/health/ready`).then(
        (response) => response.ok,
        () => false,
      );
    },
    startTimeoutMs,
  );
  const server = { url, ...running };
  started.add(server);
  return server;
}

/** Runs to its end. `typed`: what comes through the pipe to it. */
export async function runMain(
  args: readonly string[],
  variables: Record<string, string>,
  typed = "",
) {
  const running = spawnMain(args, { RATES_REFRESH: "off", ...variables }, typed);
  const code = await running.ended;
  return { code, output: running.lines().join("\n") };
}
