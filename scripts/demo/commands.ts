import { join } from "node:path";
import { DemoError } from "./client.ts";

const root = join(import.meta.dir, "../..");

/** A command beside the server, on its databases. `typed`: what it asks for, a line each. */
export async function runCommand(args: readonly string[], typed = ""): Promise<void> {
  const run = Bun.spawn([process.execPath, "src/main.ts", ...args], {
    ...{ cwd: root, stdin: new Blob([typed]), stdout: "pipe", stderr: "pipe" },
  });
  const [output, code] = await Promise.all([
    Promise.all([run.stdout.text(), run.stderr.text()]),
    run.exited,
  ]);
  if (code !== 0)
    throw new DemoError(
      `${args[0]} failed. It must find the server's databases: run script/demo with the server's DATA_DIR, DATABASE_URL or .env.\n${output.join("")}`,
    );
}
