import type { Terminal } from "#platform/terminal";

/** Somebody at a terminal who types what a test tells him to, a line for every question. */
export type TypedTerminal = Terminal & {
  /** For the questions to come; after the last one there is nothing more. */
  type(...lines: readonly string[]): void;
  /** What was asked, in order; secret questions with a "*" before them. */
  questions(): readonly string[];
};

export function createTypedTerminal(options: { readonly isInteractive: boolean }): TypedTerminal {
  const waiting: string[] = [];
  const asked: string[] = [];
  const answer = async (question: string) => {
    asked.push(question);
    return waiting.shift() ?? null;
  };
  return {
    ...options,
    ask: answer,
    askSecretly: (question) => answer(`*${question}`),
    type: (...lines) => void waiting.push(...lines),
    questions: () => asked,
  };
}
