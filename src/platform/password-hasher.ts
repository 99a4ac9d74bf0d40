import type { CpuGate } from "./cpu-gate.ts";

/** argon2id behind the CPU gate: everything but `needsRehash` may throw `cpu.busy` (503). */
export type PasswordHasher = {
  /** PHC string. */
  hash(password: string): Promise<string>;
  verify(password: string, hash: string): Promise<boolean>;
  /** For an account that does not exist: the same work, always false. */
  verifyNobody(password: string): Promise<false>;
  /** Whether the hash was made with weaker parameters than today's. */
  needsRehash(hash: string): boolean;
};

/** argon2id, the second choice of OWASP's Password Storage Cheat Sheet: about 50 ms of one core. */
const parameters = { algorithm: "argon2id", memoryCost: 19 * 1024, timeCost: 2 } as const;

/** Of a random password that nobody kept; with the parameters above, so that checking it takes as long. */
const nobodysHash =
  "$argon2id$v=19$m=19456,t=2,p=1$+qA+Rrf5I5WS4eHyfqc06xAFyZtu7AMR54fL9f83apo$AdZsGuAreTbJSBioU8xFDRUj19wkTwbEw7jf1B9lP0s";

/** `$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$salt$hash`: https://github.com/P-H-C/phc-string-format */
const phcPattern = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/;

/** Every hash waits for its turn at the gate: a crowd of logins leaves a core to everybody else. */
export function createPasswordHasher({ cpuGate }: { readonly cpuGate: CpuGate }): PasswordHasher {
  const verify = (password: string, hash: string): Promise<boolean> =>
    cpuGate.run(() => Bun.password.verify(unified(password), hash));
  return {
    hash: (password) => cpuGate.run(() => Bun.password.hash(unified(password), parameters)),
    verify,
    async verifyNobody(password) {
      await verify(password, nobodysHash);
      return false;
    },
    needsRehash(hash) {
      const [, memory, time] = phcPattern.exec(hash) ?? [];
      return Number(memory ?? 0) < parameters.memoryCost || Number(time ?? 0) < parameters.timeCost;
    },
  };
}

/** RFC 8265, 4.2.2: "é" is one character on one keyboard and two on another, and the same password on both. */
const unified = (password: string): string => password.normalize("NFC");
