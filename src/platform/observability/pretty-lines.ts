import type { LogDestination } from "./log-destination.ts";

const colours: Readonly<Record<string, string>> = {
  debug: "\u001b[90m",
  info: "\u001b[36m",
  warn: "\u001b[33m",
  error: "\u001b[31m",
};
const reset = "\u001b[0m";

/** One line of JSON as a person reads it: time of day, level, sentence, then the fields; stacks below. */
export function prettyLine(json: string): string {
  const { time, level, msg, err, ...fields } = JSON.parse(json);
  const facts = Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`);
  const colour = colours[level] ?? "";
  const head = `${String(time).slice(11, 23)} ${colour}${String(level).toUpperCase().padEnd(5)}${reset} ${plain(String(msg))}`;
  return `${[head, ...facts].join("  ")}\n${err === undefined ? "" : prettyError(err, "  ")}`;
}

const shown = (value: unknown) => plain(typeof value === "string" ? value : JSON.stringify(value));

/** What came from outside must not steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to take out
const plain = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "?");

function prettyError(
  error: { type?: string; message?: string; code?: string; stack?: string[]; cause?: object },
  indent: string,
): string {
  const code = error.code === undefined ? "" : ` (${error.code})`;
  const frames = (error.stack ?? []).map((frame) => `${indent}  ${frame}\n`).join("");
  const cause = error.cause === undefined ? "" : prettyError(error.cause, `${indent}  `);
  return `${indent}${error.type}: ${plain(String(error.message))}${code}\n${frames}${cause}`;
}

/** Writes {@link prettyLine} of each line to a terminal. */
export function createPrettyDestination(terminal: LogDestination): LogDestination {
  return { write: (line) => terminal.write(prettyLine(line)) };
}
