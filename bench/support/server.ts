import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "#platform/kernel/clock";
import { keyPurposes } from "#platform/keyring/key-entries";
import { rotateKey } from "#platform/keyring/keyring";
import { freePort } from "../../tests/support/free-port.ts";

const root = join(import.meta.dir, "../..");

/** A directory for a bench, and a way to start servers that log into it. */
export function openBenchDirectory() {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-bench-"));
  // A real log file: writing it is part of the work.
  const log = openSync(join(directory, "server.log"), "w");
  const children: Bun.Subprocess[] = [];

  /** Resolves with its process id when `url` answers with a success. */
  async function start(
    command: readonly string[],
    url: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const child = Bun.spawn([...command], {
      cwd: root,
      env: { ...process.env, ...environment },
      stdout: log,
      stderr: "inherit",
    });
    children.push(child);
    for (let attempt = 0; attempt < 400 && child.exitCode === null; attempt++) {
      const isUp = await fetch(url).then(
        (response) => response.ok,
        () => false,
      );
      if (isUp) return child.pid;
      await Bun.sleep(50);
    }
    throw new Error(`${command.join(" ")} did not answer`);
  }

  return {
    start,
    /** FinTrack in production, with everything on and nothing in the way of many requests. */
    async startFinTrack(
      environment: Readonly<Record<string, string>> = {},
    ): Promise<{ readonly origin: string; readonly metricsUrl: string; readonly dataDir: string }> {
      const dataDir = join(directory, "data");
      const [port, metricsPort] = [freePort(), freePort()];
      const keyring = join(directory, "keys", "keyring.json");
      // As an operator would: a production start makes no keys by itself.
      for (const purpose of Object.keys(keyPurposes))
        rotateKey(keyring, purpose, { clock: systemClock });
      const origin = `http://localhost:${port}`;
      await start([process.execPath, join(root, "src/main.ts")], `${origin}/health/ready`, {
        PORT: `${port}`,
        DATA_DIR: dataDir,
        FINTRACK_ENV: "production",
        PUBLIC_URL: origin,
        KEYRING_FILE: keyring,
        SMTP_URL: "smtp://127.0.0.1:1",
        MAIL_FROM: "FinTrack <no-reply@example.org>",
        RATES_REFRESH: "off",
        READS_PER_MINUTE: "100000000",
        CLIENT_ATTEMPTS_PER_HOUR: "100000000",
        METRICS_PORT: `${metricsPort}`,
        METRICS_TOKEN: "a token for the bench",
        ...environment,
      });
      return { origin, dataDir, metricsUrl: `http://127.0.0.1:${metricsPort}/metrics` };
    },
    async close(): Promise<void> {
      for (const child of children) child.kill("SIGTERM");
      await Promise.all(children.map((child) => child.exited));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
