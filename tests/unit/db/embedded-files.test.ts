import { afterAll, describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openReadableCopy } from "#platform/db/embedded-binaries";
import { isLocked, tryLock, waitForLock } from "#platform/db/embedded-lock";
import { rotateLog } from "#platform/db/embedded-log";

const base = mkdtempSync(join(tmpdir(), "ft-files-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;

describe("a process lock", () => {
  test("has one holder at a time, also within a process", async () => {
    const path = join(base, "one.lock");
    const first = tryLock(path);
    expect(first).not.toBeNull();
    expect(tryLock(path)).toBeNull();
    expect(isLocked(path)).toBe(true);
    expect(await waitForLock(path, 30)).toBeNull();
    first?.release();
    expect(isLocked(path)).toBe(false);
  });

  test("is waited for", async () => {
    const path = join(base, "two.lock");
    const first = tryLock(path);
    setTimeout(() => first?.release(), 50);
    const second = await waitForLock(path, 5000);
    expect(second).not.toBeNull();
    second?.release();
  });

  test("is free again when its holder was killed", async () => {
    const path = join(base, "three.lock");
    const code = `
      const { tryLock } = await import(${JSON.stringify(require.resolve("../../../src/platform/db/embedded-lock.ts"))});
      console.log(tryLock(${JSON.stringify(path)}) !== null);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "ignore"] });
    const said = await new Promise((done) => child.stdout.once("data", (text) => done(`${text}`)));
    const before = isLocked(path);
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGKILL");
    await ended;
    expect([said, before, isLocked(path)]).toEqual(["true\n", true, false]);
  });
});

describe("the log of PostgreSQL", () => {
  test("is emptied beyond its bound, keeps one older copy, and is appended to by who has it open", () => {
    const path = join(base, "postgres.log");
    rotateLog(path, 100); // there is none yet
    const writer = openSync(path, "a", 0o600);
    writeSync(writer, "x".repeat(100));
    rotateLog(path, 100);
    expect(existsSync(`${path}.1`)).toBe(false);
    appendFileSync(path, "y");
    rotateLog(path, 100);
    expect(statSync(path).size).toBe(0);
    expect(readFileSync(`${path}.1`, "utf8")).toBe(`${"x".repeat(100)}y`);
    writeSync(writer, "next");
    expect(readFileSync(path, "utf8")).toBe("next");
  });
});

describe.if(isRoot)("programs below a directory that is closed to others", () => {
  const installed = join(base, "native");
  const cache = join(base, "cache");
  mkdirSync(join(installed, "bin"), { recursive: true, mode: 0o700 });
  mkdirSync(cache);
  writeFileSync(join(installed, "bin", "postgres"), "program", { mode: 0o700 });
  writeFileSync(join(installed, "library.so.1.2"), "library", { mode: 0o600 });
  symlinkSync("library.so.1.2", join(installed, "library.so"));

  test("are copied so that others can run but not change them", () => {
    const copy = openReadableCopy(installed, "pg", [join(base, "missing"), cache]);
    expect(copy).toBe(join(cache, "pg"));
    expect(statSync(copy).mode & 0o777).toBe(0o755);
    expect(statSync(join(copy, "bin")).mode & 0o777).toBe(0o755);
    expect(statSync(join(copy, "bin", "postgres")).mode & 0o777).toBe(0o755);
    expect(statSync(join(copy, "library.so")).mode & 0o777).toBe(0o644);
    expect(lstatSync(join(copy, "library.so")).isSymbolicLink()).toBe(true);
  });

  test("are copied once", () => {
    const copy = openReadableCopy(installed, "pg", [cache]);
    const { ino } = statSync(copy);
    expect(statSync(openReadableCopy(installed, "pg", [cache])).ino).toBe(ino);
  });

  test("are not taken from a copy that others could have made", () => {
    mkdirSync(join(cache, "planted"));
    chmodSync(join(cache, "planted"), 0o777);
    expect(() => openReadableCopy(installed, "planted", [cache])).toThrow("readable copy");
  });
});
