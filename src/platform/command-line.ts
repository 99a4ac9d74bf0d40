import type { RequestContext } from "./kernel/context.ts";
import type { Command, CommandLine } from "./module.ts";
import type { Terminal } from "./terminal.ts";

/** EX_USAGE of sysexits.h: a command was called with what it does not take, and did nothing. */
export const usageExitCode = 64;

/** What a command was given is not what it takes. The message repeats none of it but names of options. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const helpOptions = ["--help", "-h"];
export const asksForHelp = (args: readonly string[]): boolean =>
  args.some((word) => helpOptions.includes(word));

/** Throws {@link UsageError} on words and options that the command does not take, or lacks. "-" alone is a word. */
export function checkArguments(line: CommandLine, args: readonly string[]): void {
  const { options = [], words: [least, most] = [0, 0] } = line;
  let words = 0;
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    if (!word.startsWith("-") || word === "-") words += 1;
    else if (!options.includes(word)) throw new UsageError(`There is no option ${nameOf(word)}.`);
    else {
      const value = args[at + 1];
      if (value === undefined || value.startsWith("--"))
        throw new UsageError(`${word} needs one value.`);
      at += 1;
    }
  }
  if (words > most) throw new UsageError(most === 0 ? "It takes no words." : "These are too many.");
  if (words < least) throw new UsageError("Something is missing.");
}

/** Of "--password=secret" what may be shown. */
const nameOf = (option: string): string => /^--?[a-z-]{0,40}/.exec(option)?.[0] ?? "like that";

/**
 * Answers for the command when it was called wrongly, or was asked how to call it: gives the exit code. Null = it can run.
 */
export function answerUsage(
  line: CommandLine,
  args: readonly string[],
  print: (text: string) => void,
): number | null {
  if (asksForHelp(args)) {
    print(`usage: bun run ${line.usage}`);
    return 0;
  }
  try {
    checkArguments(line, args);
    return null;
  } catch (error) {
    return refuse(line, error, print);
  }
}

/** Runs a command as `bun src/main.ts <name> ...args` does. Gives the exit code. */
export async function runCommand(
  command: Command,
  given: {
    readonly ctx: RequestContext;
    readonly args: readonly string[];
    readonly print: (text: string) => void;
    readonly terminal: Terminal;
  },
): Promise<number> {
  const { ctx, args, print, terminal } = given;
  const answered = answerUsage(command, args, print);
  if (answered !== null) return answered;
  try {
    return await command.run(ctx, args, print, terminal);
  } catch (error) {
    return refuse(command, error, print);
  }
}

function refuse({ usage }: CommandLine, error: unknown, print: (text: string) => void): number {
  if (!(error instanceof UsageError)) throw error;
  print(error.message);
  print(`usage: bun run ${usage}`);
  return usageExitCode;
}

/** What the first of a chain of errors says: those around it tell which statement met it. */
export function rootMessage(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  const text = root instanceof AggregateError ? root.errors.map(String).join("; ") : undefined;
  const [line = ""] = (text ?? (root instanceof Error ? root.message : String(root))).split("\n");
  return line === "" ? "for a reason that nobody told" : line;
}
