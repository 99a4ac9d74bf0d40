import { isatty } from "node:tty";
import pino from "pino";
import { openBufferedOutput } from "./buffered-output.ts";
import type { LogDestination } from "./log-destination.ts";
import { plainFields } from "./plain-fields.ts";
import { createPrettyDestination } from "./pretty-lines.ts";
import { cleanText } from "./redaction.ts";

/** Named facts of a log line. Secrets are taken out by name and by look; an error goes under `err`. */
export type LogFields = Readonly<Record<string, unknown>>;

/** All that the rest of the program knows of logging: fields first, then the sentence. */
export type Logger = {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger that adds these fields to each of its lines. */
  child(fields: LogFields): Logger;
  /**
   * Writes info lines that differ only in a duration, an id of ours and who it was, as the line of every request does:
   * what they share is checked and written out once, which halves the cost of a line. The ids are not looked at:
   * hexadecimal digits and hyphens only.
   */
  repeated(
    fields: LogFields,
    message: string,
  ): (ms: number, requestId: string, actorId?: string | null) => void;
};

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** The logger that owns its output. */
export type RootLogger = Logger & {
  /** Writes out what is still buffered, before it returns. Happens by itself when the process exits. */
  flush(): void;
};

/**
 * Logs JSON lines (`level`, `time`, fields, `msg`) to `destination`, or to standard output: buffered for at most 100 ms
 * or 16 KiB (all that a kill -9 may lose), or as text for people when `human` is set and it is a terminal.
 */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly human?: boolean;
  readonly destination?: LogDestination;
}): RootLogger {
  if (options.destination) return build(options.level, options.destination, () => undefined);
  if (options.human === true && isatty(standardOutput))
    return build(options.level, createPrettyDestination(process.stdout), () => undefined);
  const output = openBufferedOutput(standardOutput);
  process.once("exit", output.flush);
  return build(options.level, output, output.flush);
}

/** Named by number: touching process.stdout would set up a stream of its own on it. */
const standardOutput = 1;

function build(level: LogLevel, destination: LogDestination, flush: () => void): RootLogger {
  const timestamp = createTimestamps();
  const root = pino(
    {
      level,
      base: null,
      timestamp,
      formatters: { level: (label) => ({ level: label }) },
      // Errors are described before pino sees them; its own serializer would copy every property.
      serializers: { err: (fields: unknown) => fields },
    },
    destination,
  );
  return { ...wrap(root, { destination, timestamp }), flush };
}

/** pino's `,"time":"…"` of this moment. Many lines fall into one millisecond: written out once for all of them. */
function createTimestamps(): () => string {
  let lastMs = 0;
  let text = "";
  return () => {
    const nowMs = Date.now();
    if (nowMs !== lastMs) {
      lastMs = nowMs;
      text = `,"time":"${new Date(nowMs).toISOString()}"`;
    }
    return text;
  };
}

/** What {@link Logger.repeated} writes with, past pino. */
type Writer = { readonly destination: LogDestination; readonly timestamp: () => string };

function wrap(target: pino.Logger, writer: Writer, bound: LogFields = {}): Logger {
  const at = (level: "debug" | "info" | "warn" | "error") =>
    target.isLevelEnabled(level)
      ? (fields: LogFields, message: string) =>
          target[level](plainFields(fields), cleanText(message))
      : () => undefined;
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => wrap(target.child(plainFields(fields)), writer, { ...bound, ...fields }),
    repeated(fields, message) {
      if (!target.isLevelEnabled("info")) return () => undefined;
      const shared = JSON.stringify(plainFields({ ...bound, ...fields })).slice(1, -1);
      const start = shared === "" ? "" : `,${shared}`;
      const end = `,"msg":${JSON.stringify(cleanText(message))}}\n`;
      return (ms, requestId, actorId = null) => {
        const actor = actorId === null ? "" : `,"actorId":"${actorId}"`;
        writer.destination.write(
          `{"level":"info"${writer.timestamp()}${start},"ms":${ms},"requestId":"${requestId}"${actor}${end}`,
        );
      };
    },
  };
}
