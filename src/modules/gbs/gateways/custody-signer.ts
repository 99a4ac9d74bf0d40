import { createHash, randomBytes, sign, verify } from "node:crypto";
import type { Instant } from "#platform/kernel/time";
import type { KeyPair, Keyring } from "#platform/keyring/keyring";
import { type CustodySeal, saltBytes } from "../domain/custody.ts";
import type { ChainChecks } from "../domain/verify-chain.ts";

/** What a signature of ours is verified with. */
export type CustodyKey = {
  readonly kid: string;
  readonly algorithm: "Ed25519";
  /** The raw 32 bytes, base64url. */
  readonly publicKey: string;
  /** SHA-256 of the raw bytes, hex: by this people tell keys apart. */
  readonly fingerprint: string;
  readonly activeFrom: Instant;
};

export type CustodySigner = CustodySeal &
  ChainChecks & {
    /** Every key that ever signed, or is about to; the one that signs now first. */
    publicKeys(): readonly CustodyKey[];
  };

const purpose = "custody";

/** Signs custody logs and dossiers with the keyring's key for them; keys are looked up at each use. */
export function createCustodySigner(keyring: Pick<Keyring, "pairs">): CustodySigner {
  const pairs = () => keyring.pairs(purpose);
  return {
    sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
    newSalt: () => randomBytes(saltBytes).toString("hex"),
    sign(bytes) {
      const [pair] = pairs();
      if (!pair) throw new Error("the keyring has no key to sign custody logs with");
      return { kid: pair.kid, signature: sign(null, bytes, pair.privateKey).toString("hex") };
    },
    isSigned(bytes, { kid, signature }) {
      const pair = pairs().find((one) => one.kid === kid);
      return (
        pair !== undefined && verify(null, bytes, pair.publicKey, Buffer.from(signature, "hex"))
      );
    },
    publicKeys: () => pairs().map(publicKeyOf),
  };
}

/** By name: whatever else the export of a key may hold one day must not be published. */
function publicKeyOf({ kid, activeFrom, publicKey }: KeyPair): CustodyKey {
  const { x = "" } = publicKey.export({ format: "jwk" });
  const fingerprint = createHash("sha256").update(Buffer.from(x, "base64url")).digest("hex");
  return { kid, algorithm: "Ed25519", publicKey: x, fingerprint, activeFrom };
}
