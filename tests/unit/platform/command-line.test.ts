import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { answerUsage, checkArguments, runCommand, UsageError } from "#platform/command-line";
import { systemContext } from "#platform/kernel/context";
import type { Command, CommandLine } from "#platform/module";
import { createTypedTerminal } from "../../support/typed-terminal.ts";

const line = (more: Partial<CommandLine> = {}): CommandLine => ({
  ...{ name: "paint", usage: "paint <wall>  paints it", ...more },
});
const complaint = (of: CommandLine, ...args: string[]) => {
  try {
    checkArguments(of, args);
    return null;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return error.message;
  }
};

describe("what a command is called with", () => {
  test("is nothing unless it says so", () => {
    expect(complaint(line())).toBeNull();
    for (const word of ["now", "--force", "-f", "-"]) expect(complaint(line(), word)).toBeString();
  });

  test("is as many words as it takes, and its options with a value each", () => {
    const paint = line({ words: [1, 2], options: ["--with"] });
    for (const args of [["a"], ["a", "b"], ["a", "--with", "-"], ["--with", "x", "a", "b"]])
      expect(complaint(paint, ...args)).toBeNull();
    expect(complaint(paint)).toContain("missing");
    expect(complaint(paint, "a", "b", "c")).toContain("too many");
    expect(complaint(paint, "a", "--with")).toBe("--with needs one value.");
    expect(complaint(paint, "a", "--with", "--with", "b")).toBe("--with needs one value.");
  });

  test("is refused without a secret that somebody put there", () => {
    expect(complaint(line(), "--password=hunter2")).toBe("There is no option --password.");
    expect(complaint(line(), "hunter2")).not.toContain("hunter2");
  });

  test("never reaches a command that does not take it", async () => {
    const words = fc.array(fc.oneof(fc.constantFrom("--with", "--bogus", "-x"), fc.string()), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(words, fc.nat(2), fc.nat(2), async (args, least, more) => {
        const takes = line({ words: [least, least + more], options: ["--with"] });
        const ran: (readonly string[])[] = [];
        const command: Command = { ...takes, run: async (_ctx, given) => ran.push(given) - 1 };
        const code = await runCommand(command, {
          ...{ ctx: systemContext("test", "r"), args, print: () => {} },
          terminal: createTypedTerminal({ isInteractive: true }),
        });
        const isHelp = args.includes("--help") || args.includes("-h");
        const isWrong = complaint(takes, ...args) !== null;
        expect(code).toBe(isHelp || !isWrong ? 0 : 64);
        expect(ran).toEqual(isHelp || isWrong ? [] : [args]);
      }),
      { numRuns: 200 },
    );
  });
});

test("asked for help it says how it is called, whatever else is there", () => {
  const printed: string[] = [];
  expect(answerUsage(line(), ["a", "--bogus", "--help"], (text) => printed.push(text))).toBe(0);
  expect(printed).toEqual(["usage: bun run paint <wall>  paints it"]);
});
