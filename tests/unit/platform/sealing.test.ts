import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { addSeconds, parseInstant } from "#platform/kernel/time";
import { openKeyring, rotateKey } from "#platform/keyring/keyring";

const directory = mkdtempSync(join(tmpdir(), "sealing-"));
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
/** A keyring on a file of its own, and the seconds that its clock shows. */
function freshKeyring() {
  const path = join(directory, `${files++}.json`);
  const time = { seconds: 0 };
  const start = parseInstant("2026-01-01T00:00:00Z");
  const clock = { now: () => addSeconds(start, time.seconds) };
  const open = () => openKeyring({ source: "file", path, create: true }, { clock });
  return { path, time, clock, open, keyring: open() };
}
const text = () => fc.string({ unit: "binary", maxLength: 200 });
const { keyring } = freshKeyring();

describe("a sealed text", () => {
  test("is opened for the purpose and context that it was sealed for, and only for these", () => {
    fc.assert(
      fc.property(text(), text(), text(), (plaintext, context, other) => {
        const sealed = keyring.seal("second-factor", plaintext, context);
        expect(keyring.open("second-factor", sealed, context)).toBe(plaintext);
        expect(keyring.open("notification", sealed, context)).toBeNull();
        fc.pre(other !== context);
        expect(keyring.open("second-factor", sealed, other)).toBeNull();
      }),
    );
  });

  test("is not opened once any character of it is another one, or is missing", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/= \0é";
    fc.assert(
      fc.property(
        text(),
        fc.nat(),
        fc.constantFrom("", ...alphabet),
        fc.boolean(),
        (plaintext, position, character, inserted) => {
          const sealed = keyring.seal("notification", plaintext, "row 1");
          const at = position % sealed.length;
          const changed = sealed.slice(0, at) + character + sealed.slice(inserted ? at : at + 1);
          fc.pre(changed !== sealed);
          expect(keyring.open("notification", changed, "row 1")).toBeNull();
        },
      ),
      { numRuns: 500 },
    );
  });

  test("has one spelling: the bits that its last character does not need are not free", () => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const plaintext of ["", "1", "12"]) {
      const sealed = keyring.seal("notification", plaintext, "row 1");
      const spellings = [...alphabet].map((last) => sealed.slice(0, -1) + last);
      const opened = spellings.filter((one) => keyring.open("notification", one, "row 1") !== null);
      expect(opened).toEqual([sealed]);
    }
  });

  test("is not opened by another installation", () => {
    const sealed = keyring.seal("notification", "482913", "row 1");
    expect(freshKeyring().keyring.open("notification", sealed, "row 1")).toBeNull();
  });

  test("never looks the same twice and shows nothing of its content", () => {
    const sealed = Array.from({ length: 50 }, () => keyring.seal("notification", "482913", "row"));
    expect(new Set(sealed).size).toBe(50);
    for (const one of sealed) {
      const [, bytes = ""] = one.split(".");
      expect(Buffer.from(bytes, "base64url").includes("482913")).toBe(false);
    }
  });
});

test("what was never sealed opens as nothing", () => {
  const kid = keyring.seal("notification", "", "").split(".")[0];
  for (const forged of ["", ".", "text", `${kid}.`, `${kid}.AAAA`, `${kid}.${"A".repeat(80)}`])
    expect(keyring.open("notification", forged, "")).toBeNull();
  fc.assert(
    fc.property(text(), (forged) => {
      expect(keyring.open("notification", forged, "")).toBeNull();
    }),
  );
});

describe("rotating a sealing key", () => {
  test("seals with the new key once all nodes know it, and opens what the old one sealed for ever", () => {
    const { path, time, clock, keyring: node, open } = freshKeyring();
    const kidOf = (sealed: string) => sealed.split(".")[0];
    const old = node.seal("second-factor", "first", "user 1");
    const { kid } = rotateKey(path, "second-factor", { clock });
    utimesSync(path, new Date(), new Date(Date.now() + 5000)); // coarse clocks of file systems
    time.seconds = 60;
    const announced = node.seal("second-factor", "second", "user 1");
    expect(kidOf(announced)).toBe(kidOf(old));
    time.seconds = 700;
    const renewed = node.seal("second-factor", "third", "user 1");
    expect(kidOf(renewed)).toBe(kid);
    expect(
      [old, announced, renewed].map((one) => node.isSealedWithActiveKey("second-factor", one)),
    ).toEqual([false, false, true]);
    time.seconds = 10 * 366 * 86_400;
    for (const reader of [node, open()])
      expect(
        [old, announced, renewed].map((one) => reader.open("second-factor", one, "user 1")),
      ).toEqual(["first", "second", "third"]);
  });

  test("leaves the keys of other purposes alone", () => {
    const { path, clock } = freshKeyring();
    const before = JSON.parse(readFileSync(path, "utf8")).keys;
    rotateKey(path, "notification", { clock });
    expect(JSON.parse(readFileSync(path, "utf8")).keys.slice(0, -1)).toEqual(before);
  });
});
