import { createLogger, type LogLevel, type RootLogger } from "#platform/observability/logger";

export type LogLine = { readonly [field: string]: unknown };

/** A real logger whose lines can be read; `text` is all that was written, byte for byte. */
export function recordLog(level: LogLevel = "debug"): {
  readonly logger: RootLogger;
  readonly lines: () => LogLine[];
  readonly text: () => string;
} {
  let written = "";
  const logger = createLogger({
    level,
    destination: {
      write: (line) => {
        written += line;
      },
    },
  });
  return {
    logger,
    text: () => written,
    lines: () =>
      written
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}
