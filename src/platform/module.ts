import type { AnyElysia } from "elysia";
import type { Tx } from "./db/database.ts";
import type { Job, Subscription } from "./jobs/jobs.ts";
import type { RequestContext } from "./kernel/context.ts";
import type { Instant } from "./kernel/time.ts";
import type { Terminal } from "./terminal.ts";

/** What is known of a command before anything is opened: what it is called with, and what it works on. */
export type CommandLine = {
  readonly name: string;
  /** One line: `rates:import <csv>  what it does`. */
  readonly usage: string;
  /** How many words it takes beside its options, at least and at most; none unless said. */
  readonly words?: readonly [least: number, most: number];
  /** "--to": each is followed by one value. */
  readonly options?: readonly string[];
  /** Whether it does nothing without LogDB; false unless said. */
  readonly needsLog?: (config: { readonly backup: { readonly logDatabase: boolean } }) => boolean;
  /** What it ends with when it could not do its work at all; 1 unless said, for whom 1 is an answer says another. */
  readonly failureExitCode?: number;
  /** True: it runs on the databases as they are, migrated or not. */
  readonly beforeMigrations?: boolean;
};

/** `bun src/main.ts <name> ...args`. Runs with the databases open and migrated, and no HTTP server. */
export type Command = CommandLine & {
  /**
   * Gives the exit code; throws UsageError when it cannot be called like that. `args` are as many words, and options, as its
   * line says. `print` writes a line for the person at the terminal; `terminal` asks for what no argument may hold.
   */
  run(
    ctx: RequestContext,
    args: readonly string[],
    print: (line: string) => void,
    terminal: Terminal,
  ): Promise<number>;
};

/** Adds to /health/ready: resolves when fine, rejects with a message free of secrets when not. */
export type HealthCheck = {
  readonly name: string;
  /** False: what fails is told, and the process serves the rest. True unless said. */
  readonly isNeeded?: boolean;
  check(): Promise<void>;
};

/** All that ever leaves a module. */
export type Module<Api> = {
  readonly name: string;
  /** What neighbours call: plain data, batched; wrapped by exposePort. */
  readonly api: Api;
  readonly routes: AnyElysia;
  readonly jobs: readonly Job[];
  readonly subscriptions: readonly Subscription[];
  readonly commands: readonly Command[];
  readonly health: readonly HealthCheck[];
  /**
   * After a restore from a backup, before anybody may enter: ends what may have been revoked since it was made (sessions,
   * tokens, links). The tables are those of this release.
   */
  readonly onRestore?: (tx: Tx, now: Instant) => Promise<void>;
  /** Fills caches and begins to listen; after migrations, before the server accepts requests. */
  start(): Promise<void>;
  stop(): Promise<void>;
};
