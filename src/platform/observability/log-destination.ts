/** Takes whole lines, each with its line feed. */
export type LogDestination = { write(line: string): void };
