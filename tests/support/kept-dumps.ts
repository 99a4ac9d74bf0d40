import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const dumpsDirectory = join(import.meta.dir, "../fixtures/dumps");

/** A question about the past whose answer no release may change. */
export type KnownConversion = {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly at: string;
  readonly gives: string;
};

/** What is known of an installation whose databases were kept: `dump.json` beside them. */
export type DumpFacts = {
  /** When the installation was left. Tests go on from there. */
  readonly leftAt: string;
  readonly conversions: readonly KnownConversion[];
};

export type KeptDump = {
  readonly name: string;
  readonly directory: string;
  /** Of that installation and no other; its mode is not kept by git. */
  readonly keyringFile: string;
  readonly facts: DumpFacts;
};

/** The oldest first: names begin with a number. */
export const keptDumps = (): KeptDump[] =>
  readdirSync(dumpsDirectory)
    .sort()
    .map((name) => {
      const directory = join(dumpsDirectory, name);
      return {
        name,
        directory,
        keyringFile: join(directory, "keyring.json"),
        facts: JSON.parse(readFileSync(join(directory, "dump.json"), "utf8")),
      };
    });
