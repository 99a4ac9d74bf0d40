import { chmod } from "node:fs/promises";
import { join } from "node:path";

/** Ends by itself when nothing is asked. */
const deadlineMs = 30_000;

export type AgeRun = { readonly code: number; readonly said: string };

/** Runs the standard program, which takes passphrases from a terminal alone; types one answer to each of its questions. */
export async function runAge(
  args: readonly string[],
  answers: readonly string[] = [],
): Promise<AgeRun> {
  let said = "";
  let answered = 0;
  const run = Bun.spawn(["age", ...args], {
    timeout: deadlineMs,
    terminal: {
      data: (terminal, bytes) => {
        said += new TextDecoder().decode(bytes);
        const asked = said.match(/passphrase[^\n]*: /gi)?.length ?? 0;
        for (; answered < Math.min(asked, answers.length); answered += 1)
          terminal.write(`${answers[answered]}\r`);
      },
    },
  });
  return { code: await run.exited, said };
}

/** A file that `age -i` reads. */
export async function identityFile(directory: string, identity: string): Promise<string> {
  const path = join(directory, "identity.txt");
  await Bun.write(path, `${identity}\n`);
  await chmod(path, 0o600);
  return path;
}
