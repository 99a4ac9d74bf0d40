import { describe } from "bun:test";

/** A `describe` that needs programs of the system: skipped where one is not installed, but never in CI. */
export function describeWith(programs: readonly string[], name: string, tests: () => void): void {
  const missing = programs.filter((program) => Bun.which(program) === null);
  if (missing.length > 0 && process.env["CI"])
    throw new Error(`missing: ${missing.join(", ")}; .ci/run knows their packages`);
  if (missing.length > 0) console.warn(`skipped, for there is no ${missing.join(", ")}: ${name}`);
  describe.skipIf(missing.length > 0)(name, tests);
}

/** What a program prints; throws with its complaint when it fails. */
export async function outputOf(command: readonly string[]): Promise<string> {
  const run = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [output, complaint, code] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
    run.exited,
  ]);
  if (code !== 0) throw new Error(`${command[0]} exited with ${code}: ${complaint}${output}`);
  return output;
}
