import { BackupError } from "./errors.ts";

export type RestoreArguments = {
  /** A file, or the name of a backup where they are kept. */
  readonly backup: string | undefined;
  /** The owner's address of an empty database instead of the configured ones. */
  readonly to: string | null;
  readonly logTo: string | null;
  /** File with the identity that opens it. */
  readonly identity: string | null;
};

const options = ["--to", "--log-to", "--identity"] as const;

/** `<file> --to <url> --log-to <url> --identity <file>` in any order. Throws {@link BackupError}. */
export function readRestoreArguments(args: readonly string[]): RestoreArguments {
  const found = new Map<string, string>();
  const rest: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    const option = options.find((name) => name === word);
    if (option === undefined) {
      if (word.startsWith("-")) throw new BackupError(`There is no option ${word}.`);
      rest.push(word);
      continue;
    }
    const value = args[at + 1];
    if (value === undefined || value.startsWith("--") || found.has(option))
      throw new BackupError(`${option} needs one value.`);
    found.set(option, value);
    at += 1;
  }
  if (rest.length > 1) throw new BackupError("Name one backup only.");
  const value = (name: (typeof options)[number]) => found.get(name) ?? null;
  return {
    ...{ backup: rest[0], to: value("--to"), logTo: value("--log-to") },
    identity: value("--identity"),
  };
}
