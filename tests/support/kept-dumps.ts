import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const dumpsDirectory = join(import.meta.dir, "../fixtures/dumps");

/** A question about the past whose answer no release may change. */
export type KnownConversion = {
  readonly from: string;
  readonly to: string;
  readonly amount: string;
  readonly at: string;
  readonly gives: string;
};

/** Somebody made up, with all that he knows. */
export type KnownUser = {
  readonly address: string;
  readonly password: string;
  readonly displayName: string;
  readonly status: "active" | "suspended";
  /** Those that were granted. */
  readonly roles: readonly string[];
  readonly plan: string;
  /** In base 32, as the authenticator app has it; null = no second factor. */
  readonly totpSecret: string | null;
  /** Not used yet. */
  readonly recoveryCode: string | null;
  /** The newest of a session that nobody ended; null = none. */
  readonly refreshToken: string | null;
};

/** Somebody who has a code and did not type it yet. */
export type KnownRegistration = {
  readonly id: string;
  readonly address: string;
  readonly code: string;
};

/** Whose book it is, and what the accounts in it held. */
export type KnownLedger = {
  readonly address: string;
  readonly balances: readonly { readonly name: string; readonly balance: string }[];
};

/** A report that somebody made and shared. */
export type KnownReports = {
  readonly address: string;
  readonly id: string;
  readonly fingerprint: string;
  readonly shareToken: string;
  readonly sharePassword: string;
};

/** Debts of two users, and where the custody log of each ended. */
export type KnownDebts = {
  readonly lender: string;
  readonly borrower: string;
  /** `head`: "7:ab12…", as a mail states it. */
  readonly debts: readonly {
    readonly id: string;
    readonly state: string;
    readonly head: string;
    /** Its recordings, the newest first. Absent in dumps from before there were recordings. */
    readonly evidence?: readonly { readonly state: string; readonly access: string }[];
    /** What the lender opens its sealed recording with; absent where he has none. */
    readonly key?: string;
  }[];
};

/** What is known of an installation whose databases were kept: `dump.json` beside them. */
export type DumpFacts = {
  /** When the installation was left. Tests go on from there. */
  readonly leftAt: string;
  readonly conversions: readonly KnownConversion[];
  readonly users: readonly KnownUser[];
  readonly registration: KnownRegistration | null;
  /** Absent in dumps from before there were books. */
  readonly ledger?: KnownLedger;
  /** Absent in dumps from before there were reports. */
  readonly reports?: KnownReports;
  /** Absent in dumps from before there were debts. */
  readonly gbs?: KnownDebts;
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
  readdirSync(dumpsDirectory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
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
