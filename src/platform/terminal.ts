import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** Asks whoever started a command. */
export type Terminal = {
  /** A person sits there; false = the answers come from a pipe or file, a line each, and no question is shown. */
  readonly isInteractive: boolean;
  /** The answer without its line end; null when there are no more (end of the pipe, Ctrl-D, Ctrl-C). */
  ask(question: string): Promise<string | null>;
  /** Like ask; what is typed is not shown. */
  askSecretly(question: string): Promise<string | null>;
};

export type OpenTerminal = Terminal & {
  /** Gives the terminal back as it was. */
  close(): void;
};

type Streams = {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
};

/**
 * Over the process' own input; `output` is standard error, so that what a command prints may go to a file. Nothing is
 * read before the first question.
 */
export function openTerminal({ input, output }: Streams): OpenTerminal {
  const isInteractive = input.isTTY === true;
  let isHidden = false;
  // Readline echoes what is typed to its output: this one keeps secrets to itself.
  const echo = new Writable({
    write(chunk, _encoding, done) {
      if (!isHidden) output.write(chunk);
      done(); // at once: what waited here could be shown after the secret is over
    },
  });
  let opened: { next(question: string): Promise<string | null>; close(): void } | undefined;

  function open() {
    const reader = createInterface({
      ...{ input, output: echo, terminal: isInteractive },
      historySize: 0, // the arrow up would show the password at the next question
    });
    let isOver = false;
    reader.on("SIGINT", () => reader.close());
    reader.on("close", () => {
      isOver = true;
    });
    const lines = reader[Symbol.asyncIterator]();
    return {
      async next(question: string) {
        if (isInteractive && !isOver) {
          reader.setPrompt(question);
          reader.prompt();
        }
        const { done, value } = await lines.next();
        return done ? null : value;
      },
      close: () => reader.close(),
    };
  }

  return {
    isInteractive,
    async ask(question) {
      opened ??= open();
      return opened.next(question);
    },
    async askSecretly(question) {
      opened ??= open();
      if (!isInteractive) return opened.next("");
      output.write(question);
      isHidden = true;
      try {
        return await opened.next("");
      } finally {
        isHidden = false;
        output.write("\n"); // the one that ended the answer was not shown either
      }
    },
    close: () => opened?.close(),
  };
}
