import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { locateBinaries } from "./embedded-binaries.ts";
import {
  assertUsable,
  type Cluster,
  createCluster,
  launch,
  setLauncherPassword,
} from "./embedded-cluster.ts";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { createWithLauncher, launcherRole } from "./embedded-launcher.ts";
import type { Passwords } from "./embedded-passwords.ts";
import {
  findPostmaster,
  stopPostmaster,
  waitUntilEnded,
  waitUntilReady,
} from "./embedded-postmaster.ts";
import { codeOf, type RunAs } from "./embedded-process.ts";
import { ensureRolesAndDatabases } from "./embedded-roles.ts";
import { assertPrivate, openSocketDirectory, type SocketAddress } from "./embedded-socket.ts";
import { scramVerifier } from "./scram.ts";

export type RunningPostgres = {
  readonly origin: "launched" | "attached";
  readonly address: SocketAddress;
};

export type StartOptions = {
  readonly dataDir: string;
  readonly cluster: Cluster;
  readonly passwords: Passwords;
  /** A live server watches over this data directory: its PostgreSQL may be used, but not started, stopped or changed. */
  readonly guarded: boolean;
};

/** The user "nobody" of most systems. It needs no entry in /etc/passwd. */
const unprivileged = 65_534;

/** What there is to run in `dataDir`, and as whom. */
export function describeCluster(
  dataDir: string,
  settings: Readonly<Record<string, string>>,
): Cluster {
  const directory = join(dataDir, "postgres");
  const as = chooseUser(directory);
  const binaries = locateBinaries(as !== null);
  return { directory, binaries, as, logFile: join(dataDir, "postgres.log"), settings };
}

function chooseUser(directory: string): RunAs {
  if (process.getuid?.() !== 0) return null;
  if (process.platform !== "linux")
    throw new EmbeddedPostgresError(
      "PostgreSQL does not run as root. Start FinTrack as an ordinary user.",
    );
  const owner = existsSync(directory) ? lstatSync(directory) : null;
  return owner && owner.uid !== 0
    ? { uid: owner.uid, gid: owner.gid }
    : { uid: unprivileged, gid: unprivileged };
}

/** The caller holds the start lock, so that nobody else makes, starts or stops this cluster meanwhile. */
export async function startOrAttach(options: StartOptions): Promise<RunningPostgres> {
  const { cluster, passwords } = options;
  if (!existsSync(cluster.directory)) {
    if (options.guarded) throw unavailable(cluster);
    await createCluster(cluster, launcherVerifier(passwords));
  }
  assertUsable(cluster);
  const running = (await attach(options)) ?? (await launchAndLogIn(options));
  if (!options.guarded)
    await ensureRolesAndDatabases(createWithLauncher(running.address, passwords), passwords);
  return running;
}

/** Null when nothing runs here, or nothing that can be used: then it has been stopped. */
async function attach(options: StartOptions): Promise<RunningPostgres | null> {
  const { cluster, passwords, guarded } = options;
  if (findPostmaster(cluster.directory)?.status === "stopping")
    await waitUntilEnded(cluster.directory);
  const postmaster = findPostmaster(cluster.directory) && (await waitUntilReady(cluster.directory));
  if (postmaster) {
    const login = await tryLogin(postmaster.address, cluster, passwords);
    if (login === "accepted") return { origin: "attached", address: postmaster.address };
  }
  if (guarded) throw unavailable(cluster);
  await stopPostmaster(cluster.directory);
  return null;
}

async function launchAndLogIn(options: StartOptions): Promise<RunningPostgres> {
  const { cluster, passwords } = options;
  const address = openSocketDirectory(options.dataDir, cluster.as);
  for (const repaired of [false, true]) {
    await launch(cluster, address);
    const login = await tryLogin(address, cluster, passwords);
    if (login === "accepted") return { origin: "launched", address };
    await stopPostmaster(cluster.directory);
    if (login === "refused" && !repaired)
      await setLauncherPassword(cluster, launcherVerifier(passwords));
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL runs on ${cluster.directory} but lets its launcher not in.`,
  );
}

/** `refused`: the password is not the one in the file. `unreachable`: it runs, but its socket has been removed. */
async function tryLogin(
  address: SocketAddress,
  cluster: Cluster,
  passwords: Passwords,
): Promise<"accepted" | "refused" | "unreachable"> {
  if (!existsSync(address.directory)) return "unreachable";
  assertPrivate(address.directory, cluster.as);
  try {
    await createWithLauncher(address, passwords)("postgres", (launcher) => launcher`select 1`);
    return "accepted";
  } catch (error) {
    const code = codeOf(error) ?? "";
    if (["28P01", "28000"].includes(code)) return "refused";
    if (unreachable.includes(code)) return "unreachable";
    throw error;
  }
}

/** No socket, nobody behind it, or somebody who died just now: between accepting us and answering. */
const unreachable = [
  ...["ENOENT", "ECONNREFUSED", "FailedToOpenSocket"],
  ...["ECONNRESET", "EPIPE", "CONNECTION_CLOSED", "57P01", "57P02"],
];

const launcherVerifier = (passwords: Passwords) => scramVerifier(passwords[launcherRole] ?? "");

const unavailable = ({ directory }: Cluster) =>
  new EmbeddedPostgresError(
    `A FinTrack server is using ${directory}, but its PostgreSQL does not answer from here. ` +
      "Wait until the server is ready, or run the command on its machine and in its container.",
  );
