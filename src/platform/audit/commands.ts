import { createPublicKey } from "node:crypto";
import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { rootMessage } from "../command-line.ts";
import type { ConnectionSettings } from "../db/connection.ts";
import type { Reader } from "../db/database.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Keyring } from "../keyring/keyring.ts";
import type { Command, CommandLine } from "../module.ts";
import { anchorFileIn, readAnchorFile } from "./anchors.ts";
import { holdsCheckpoint } from "./kept-checkpoints.ts";
import { openLogWriter } from "./log-writer.ts";
import type { LostEntries } from "./lost-entries.ts";
import { openMainSource } from "./main-source.ts";
import { resumeTrail } from "./resume.ts";
import { createSigner, fingerprintOf } from "./signing.ts";
import { stopReasons } from "./stop-reasons.ts";
import { type StatedLoss, type TrailFault, type TrailReport, verifyTrail } from "./verify.ts";

export type RelayConnections = {
  readonly main: ConnectionSettings;
  readonly log: ConnectionSettings;
};

export type AuditCommandDeps = {
  readonly log: { readonly read: Reader };
  /** Null = the addresses are not configured here. */
  readonly connections: RelayConnections | null;
  readonly keyring: Pick<Keyring, "pairs">;
  readonly clock: Clock;
  readonly dataDir: string;
};

/** A relay that has stopped looks again every two seconds and holds the lock meanwhile. */
const lockTimeoutMs = 15_000;
const lockPollMs = 200;

/** What an argument is that cannot be used. */
class ArgumentError extends Error {
  override readonly name = "ArgumentError";
}

export function createAuditCommands(deps: AuditCommandDeps): readonly Command[] {
  return [verifyCommand(deps), resumeCommand(deps)];
}

/** EX_UNAVAILABLE of sysexits.h: nothing is known of the trail. */
const couldNotVerify = 69;
const verifyLine: CommandLine = {
  name: "audit:verify",
  usage:
    "audit:verify [--key <fingerprint or public key file>]... [--anchors <file>]... [--of copy]  check that nobody altered the audit trail; exits 0 = proven, 1 = broken, 2 = consistent, origin not proven, 64 = wrongly called, 69 = could not be verified; --of copy = of a LogDB that no relay writes to, where nothing is overdue",
  options: ["--key", "--anchors", "--of"],
  failureExitCode: couldNotVerify,
  needsLog: () => true,
  beforeMigrations: true,
};
const resumeLine: CommandLine = {
  name: "audit:resume",
  usage:
    "audit:resume [--anchors <file>]...  let the audit trail go on after it stopped; writes down, signed, why it had to, and what LogDB has lost as far as checkpoints outside of it know",
  options: ["--anchors"],
  needsLog: () => true,
};
export const auditCommandLines: readonly CommandLine[] = [verifyLine, resumeLine];

const verifyCommand = ({ log, keyring, clock, dataDir }: AuditCommandDeps): Command => ({
  ...verifyLine,
  async run(_ctx, args, print) {
    const given = readArgumentsOrPrint(args, print);
    if (given === null) return usageError;
    const { keys, anchors, isCopy } = given;
    const useless = await uselessFile(anchors);
    if (useless !== null) {
      print(useless);
      return usageError;
    }
    const report = await verifyTrail(log.read, {
      keys: keys.length > 0 ? keys : null,
      anchors: anchors.length > 0 ? anchors : [anchorFileIn(dataDir)],
      anchorSource: anchors.length > 0 ? "given" : "local",
      ...(isCopy ? {} : { now: clock.now() }),
    }).catch((error: unknown) => {
      print(`the audit trail could not be verified: ${rootMessage(error)}`);
      return null;
    });
    if (report === null) return couldNotVerify;
    for (const line of reportLines(report)) print(line);
    const own = keys.length === 0 ? fingerprintIn(keyring) : null;
    if (own !== null)
      print(
        `This machine's keyring signs with ${own}. Noted elsewhere, it proves the origin: --key <fingerprint>.`,
      );
    return { proven: 0, broken: 1, consistent: 2 }[report.verdict];
  },
});

/** Null where the keyring has no key of the trail: nothing is less verified for it. */
function fingerprintIn(keyring: Pick<Keyring, "pairs">): string | null {
  try {
    return createSigner(keyring).fingerprint();
  } catch {
    return null;
  }
}

const resumeCommand = ({ connections, keyring, clock, dataDir }: AuditCommandDeps): Command => ({
  ...resumeLine,
  async run(_ctx, args, print) {
    const given = readArgumentsOrPrint(args, print);
    if (given === null) return usageError;
    if (given.keys.length > 0 || given.isCopy) {
      print("audit:resume takes no key, and no copy");
      return usageError;
    }
    if (connections === null) {
      print("RELAY_DATABASE_URL and RELAY_LOG_DATABASE_URL are not set");
      return 1;
    }
    const writer = await waitForWriter(connections.log, clock);
    if (writer === null) {
      print("another node's relay is at work: there is nothing to resume");
      return 1;
    }
    try {
      const main = await openMainSource(connections.main);
      try {
        const signer = createSigner(keyring);
        const anchors = readAnchors(given.anchors, dataDir);
        const resumed = await resumeTrail({ writer, main, signer, clock, anchors });
        print(
          resumed === null ? "nothing to resume" : `resumed after: ${stopReasons[resumed.reason]}`,
        );
        if (resumed?.lost)
          print(`${lostText(resumed.lost)}: every verification says so from now on`);
        return 0;
      } finally {
        await main.close();
      }
    } finally {
      await writer.close();
    }
  },
});

async function waitForWriter(connection: ConnectionSettings, clock: Clock) {
  for (let waitedMs = 0; waitedMs < lockTimeoutMs; waitedMs += lockPollMs) {
    const writer = await openLogWriter({ connection, now: clock.now, onLost: () => {} });
    if (writer) return writer;
    await Bun.sleep(lockPollMs);
  }
  return null;
}

/** The trail is a copy that no relay goes on with: nothing in it is overdue. */
export const ofCopy = ["--of", "copy"] as const;
/** EX_USAGE: none of the verdicts. */
const usageError = 64;

function readArgumentsOrPrint(args: readonly string[], print: (line: string) => void) {
  try {
    return readArguments(args);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    print(error.message);
    return null;
  }
}

function readArguments(args: readonly string[]) {
  const keys: string[] = [];
  const anchors: string[] = [];
  let isCopy = false;
  for (let index = 0; index < args.length; index += 2) {
    const [name, value] = [args[index], args[index + 1]];
    if (value === undefined) throw new ArgumentError(`${name} needs a value`);
    if (name === "--key") keys.push(readKey(value));
    else if (name === "--anchors") anchors.push(requireFile(value));
    else if (name === ofCopy[0] && value === ofCopy[1]) isCopy = true;
    else throw new ArgumentError(`no such argument: ${name}`);
  }
  return { keys, anchors, isCopy };
}

/** Why one of these files says nothing of any trail; null = each says something. */
async function uselessFile(files: readonly string[]): Promise<string | null> {
  for (const file of files)
    if (!(await holdsCheckpoint(file))) return `no line of ${file} is a checkpoint`;
  return null;
}

/** Those of this machine unless files are named; of several relays' machines each has its own. */
const readAnchors = (files: readonly string[], dataDir: string) =>
  (files.length > 0 ? files : [anchorFileIn(dataDir)]).flatMap(readAnchorFile);

function readKey(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  try {
    return fingerprintOf(createPublicKey(readFileSync(requireFile(text))));
  } catch (error) {
    if (error instanceof ArgumentError) throw error;
    throw new ArgumentError(`${text} holds no public key`);
  }
}

function requireFile(path: string): string {
  if (!existsSync(path)) throw new ArgumentError(`there is no file ${path}`);
  if (!statSync(path).isFile()) throw new ArgumentError(`${path} is no file`);
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw new ArgumentError(`${path} may not be read by you`);
  }
  return path;
}

function reportLines(report: TrailReport): string[] {
  const { fault, verdict, losses } = report;
  const gaps = losses.map((loss) => `with a stated gap: ${lostText(loss)} ${witnessText(loss)}`);
  const range =
    report.entries === 0
      ? "no entries"
      : `${report.entries} entries, ${report.firstSeq} to ${report.lastSeq} (${report.lastAt})`;
  return [
    fault === null
      ? [verdict === "proven" ? provenText(report) : "consistent, origin not proven", ...gaps].join(
          ", ",
        )
      : `BROKEN: ${faultText(fault)}`,
    range,
    `signed up to entry ${report.signedUpTo}, by ${report.keys.join(", ") || "nobody"}; ${report.checkpoints} checkpoints, ${report.epochs} epochs, ${report.gaps} gaps`,
    `strongest anchor: ${anchorTexts[report.strongestAnchor]}`,
  ];
}

const provenText = ({ signedUpTo, unsigned }: TrailReport) =>
  unsigned === 0
    ? "proven"
    : `proven up to entry ${signedUpTo} (${unsigned === 1 ? "1 entry behind it is" : `${unsigned} entries behind it are`} not signed yet)`;

const lostText = ({ from, through }: Pick<LostEntries, "from" | "through">) =>
  `entries ${from}..${through} were lost when LogDB went back`;

const witnessText = ({ at, statedAt, isWitnessed }: StatedLoss) =>
  isWitnessed
    ? `(stated ${statedAt}; the checkpoint of ${at} agrees)`
    : `(stated ${statedAt}; the checkpoint of ${at} that it names was not brought)`;

const anchorTexts: Readonly<Record<TrailReport["strongestAnchor"], string>> = {
  none: "none",
  database: "none outside the database",
  local: "local (a file of this machine: whoever has the machine can alter it)",
  given: "what you brought, as good as the place where you kept it",
};

export function faultText(fault: TrailFault): string {
  switch (fault.type) {
    case "changed":
      return `entry ${fault.seq} was changed${fault.column ? ` (column ${fault.column})` : ""}`;
    case "missing":
      return `entry ${fault.seq} is missing`;
    case "out_of_order":
      return `entry ${fault.seq} stands in the place of another`;
    case "unlinked":
      return `entry ${fault.seq} was not written behind the one before it: one of the two was replaced`;
    case "tail_cut":
      return `the end was cut off: there was an entry ${fault.seq} (${fault.witness})`;
    case "rewritten":
      return `entry ${fault.seq} is not the one that was recorded (${fault.witness}): the trail was rewritten`;
    case "forged":
      return `the signature at entry ${fault.seq} (${fault.witness}) is ${fault.signer === null ? "nobody's" : `by ${fault.signer}, which is not a known key`}`;
    case "checkpoint_missing":
      return `the checkpoint of entry ${fault.seq} was deleted from LogDB: it is kept outside`;
    case "unsigned":
      return `entry ${fault.seq} and those behind it are not signed, and have long been due: the relay stands still, or checkpoints were deleted`;
  }
}
