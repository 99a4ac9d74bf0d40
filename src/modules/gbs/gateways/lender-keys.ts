import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { AgeError } from "#platform/age/errors";
import { headerForPassphrase, headerForRecipient, openHeader } from "#platform/age/header";
import { holdsAgeIdentity, isRecipient } from "#platform/age/identities";
import { newShownKey, readShownKey } from "#platform/age/shown-key";
import { encryptStream } from "#platform/age/streams";
import type { CpuGate } from "#platform/cpu-gate";
import { gbsErrors } from "../errors.ts";

/** A header of an age file as it is stored: base64, and the SHA-256 of its bytes in hex. */
export type LenderHeader = { readonly header: string; readonly headerSha256: string };

/** Keys that lenders alone have. What opens anything is given to the caller once, and kept nowhere. */
export type LenderKeys = {
  /** A new key to show, and the header that it alone opens. Throws `cpu.busy` (503). */
  makeKey(fileKey: Uint8Array): Promise<LenderHeader & { readonly key: string }>;
  /** What somebody typed, as it was shown; null when it cannot be a key. */
  readKey(typed: string): string | null;
  /**
   * The file key; null for another key. `begin` runs once it is its turn, and before anything is computed: what it throws
   * ends it. Throws `cpu.busy` (503) and, for a stored header that was changed, `gbs.evidence_damaged` (503) before.
   */
  open(stored: LenderHeader, key: string, begin: () => Promise<void>): Promise<Uint8Array | null>;
  /** Whether it is an X25519 recipient ("age1…"). */
  isRecipient(text: string): boolean;
  /** Whether it may hold a secret key of age, which nobody should send us. */
  holdsSecret(text: string): boolean;
  headerFor(fileKey: Uint8Array, recipient: string): Promise<LenderHeader>;
  /** An age file (base64) that only the recipient's owner reads: the SHA-256 of what is in it, hex, is kept. */
  challenge(
    recipient: string,
  ): Promise<{ readonly challenge: string; readonly answerSha256: string }>;
  /** In constant time. */
  isAnswer(proof: string, answerSha256: string): boolean;
};

const answerBytes = 32;

export function createLenderKeys({ cpuGate }: { readonly cpuGate: CpuGate }): LenderKeys {
  return {
    async makeKey(fileKey) {
      const key = newShownKey((count) => new Uint8Array(randomBytes(count)));
      return { key, ...stored(await cpuGate.run(() => headerForPassphrase(fileKey, key))) };
    },

    readKey: readShownKey,

    async open({ header, headerSha256 }, passphrase, begin) {
      const bytes = new Uint8Array(Buffer.from(header, "base64"));
      if (sha256(bytes).toString("hex") !== headerSha256) throw damaged();
      try {
        return await cpuGate.run(async () => {
          await begin();
          return openHeader(bytes, { passphrase });
        });
      } catch (error) {
        throw error instanceof AgeError ? damaged(error) : error;
      }
    },

    isRecipient,
    holdsSecret: holdsAgeIdentity,
    headerFor: async (fileKey, recipient) => stored(await headerForRecipient(fileKey, recipient)),

    async challenge(recipient) {
      const answer = randomBytes(answerBytes).toString("hex");
      const file = await Array.fromAsync(encryptStream(once(answer), [recipient]));
      return {
        challenge: Buffer.concat(file).toString("base64"),
        answerSha256: sha256(Buffer.from(answer)).toString("hex"),
      };
    },

    isAnswer: (proof, answerSha256) =>
      timingSafeEqual(sha256(Buffer.from(proof)), Buffer.from(answerSha256, "hex")),
  };
}

const stored = (header: Uint8Array): LenderHeader => ({
  header: Buffer.from(header).toString("base64"),
  headerSha256: sha256(header).toString("hex"),
});

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

const damaged = (cause?: unknown) =>
  gbsErrors.fail("evidence_damaged", "The stored header is not the one that was made.", { cause });

async function* once(text: string): AsyncGenerator<Uint8Array, void> {
  yield new TextEncoder().encode(text);
}
