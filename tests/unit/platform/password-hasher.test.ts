import { describe, expect, test } from "bun:test";
import type { CpuGate } from "#platform/cpu-gate";
import { createPasswordHasher } from "#platform/password-hasher";

let passed = 0;
const cpuGate: CpuGate = {
  run(work) {
    passed += 1;
    return work();
  },
};
const passwords = createPasswordHasher({ cpuGate });

describe("a password's hash", () => {
  test("is argon2id with 19 MiB and two passes, salted, and tells right from wrong", async () => {
    const hash = await passwords.hash("tulip-anvil-9");
    expect(hash).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
    expect(await passwords.hash("tulip-anvil-9")).not.toBe(hash);
    expect(await passwords.verify("tulip-anvil-9", hash)).toBe(true);
    expect(await passwords.verify("tulip-anvil-8", hash)).toBe(false);
    expect(passwords.needsRehash(hash)).toBe(false);
  });

  test("is the same password however its letters are composed", async () => {
    const hash = await passwords.hash("şifre-u\u0308ber-7");
    expect(await passwords.verify("s\u0327ifre-über-7", hash)).toBe(true);
  });

  test("covers all of a long password", async () => {
    const hash = await passwords.hash(`${"x".repeat(127)}a`);
    expect(await passwords.verify(`${"x".repeat(127)}b`, hash)).toBe(false);
  });

  test.each([
    ["less memory", "$argon2id$v=19$m=9216,t=2,p=1$c2FsdHNhbHQ$aGFzaA", true],
    ["one pass", "$argon2id$v=19$m=19456,t=1,p=1$c2FsdHNhbHQ$aGFzaA", true],
    ["argon2i", "$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA", true],
    ["bcrypt", "$2b$10$abcdefghijklmnopqrstuv", true],
    ["more memory", "$argon2id$v=19$m=65536,t=2,p=1$c2FsdHNhbHQ$aGFzaA", false],
  ])("made with %s: needs a new one %#", (_what, hash, expected) => {
    expect(passwords.needsRehash(hash)).toBe(expected);
  });
});

describe("nobody's password", () => {
  test("is never right and takes the work of a real one", async () => {
    const hash = await passwords.hash("tulip-anvil-9");
    // Of the processor, in turns, the best of some: others use the machine, too.
    const workOf = async (work: () => Promise<unknown>) => {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    expect(await passwords.verifyNobody("tulip-anvil-9")).toBe(false);
    let [real, nobodys] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let round = 0; round < 5; round += 1) {
      real = Math.min(real, await workOf(() => passwords.verify("wrong", hash)));
      nobodys = Math.min(nobodys, await workOf(() => passwords.verifyNobody("wrong")));
    }
    expect(nobodys / real).toBeGreaterThan(0.5);
    expect(nobodys / real).toBeLessThan(2);
  });
});

test("every computation waits at the gate", async () => {
  const hash = await passwords.hash("a");
  passed = 0;
  await passwords.hash("a");
  await passwords.verify("a", hash);
  await passwords.verifyNobody("a");
  expect(passed).toBe(3);
});
