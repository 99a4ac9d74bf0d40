import { describe, expect, test } from "bun:test";
import {
  backupName,
  checksumLine,
  readBackupName,
  readChecksum,
} from "#platform/backup/backup-name";
import { readRestoreArguments } from "#platform/backup/restore-arguments";
import type { Instant } from "#platform/kernel/time";

describe("what a restore is told", () => {
  test("comes in any order", () => {
    expect(
      readRestoreArguments(["--to", "postgres://o@h/d", "a.age", "--identity", "key.txt"]),
    ).toEqual({ backup: "a.age", to: "postgres://o@h/d", logTo: null, identity: "key.txt" });
    expect(readRestoreArguments([])).toEqual({
      ...{ backup: undefined, to: null, logTo: null, identity: null },
    });
  });

  test.each([
    [["a", "b"], /one backup only/],
    [["a", "--onto", "x"], /no option --onto/],
    [["a", "--to"], /--to needs one value/],
    [["a", "--to", "--identity"], /--to needs one value/],
    [["a", "--to", "x", "--to", "y"], /--to needs one value/],
  ])("is refused when it is unclear: %p", (args, message) => {
    expect(() => readRestoreArguments(args)).toThrow(message);
  });
});

describe("a backup's name", () => {
  test("tells its moment, and nothing else is a name", () => {
    const at = "2026-11-23T03:00:00.123Z" as Instant;
    for (const isEncrypted of [true, false])
      for (const log of [true, false])
        for (const objects of [true, false])
          expect(readBackupName(backupName(at, { log, objects, isEncrypted }))).toEqual({
            ...{ takenAt: at, log, objects },
          });
    for (const name of [
      "fintrack-20261323T030000000Z.tar.zst",
      "fintrack-20261123T030000Z.tar.zst",
      "fintrack-20261123T030000000Z-objects-log.tar.zst",
      "fintrack-20261123T030000000Z.tar.zst.sha256",
      "fintrack-20261123T030000000Z.tar.zst.age.part",
      "notes.txt",
    ])
      expect(readBackupName(name)).toBeNull();
  });

  test("stands behind its checksum as sha256sum writes it", () => {
    const sum = "0".repeat(64);
    expect(checksumLine("a", sum)).toBe(`${sum}  a\n`);
    for (const line of [`${sum}  a\n`, `${sum} *a`]) expect(readChecksum(line)).toBe(sum);
    for (const line of ["", sum, `${sum}x  a`, `${sum}  a\n${sum}  b\n`])
      expect(readChecksum(line)).toBeNull();
  });
});
