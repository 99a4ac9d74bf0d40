import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { canonicalJson } from "../kernel/canonical-json.ts";
import type { Keyring } from "../keyring/keyring.ts";
import type { PlainJson } from "./entry.ts";

const purpose = "audit-checkpoint";
/** Says what a signature is for: none of the same key for something else can be taken for one of the trail. */
const signedPrefix = "fintrack-audit-v1\n";

export type Statement = { readonly [name: string]: PlainJson | undefined };

/** `text`: canonical JSON of the statement with `kid` and `publicKey` (SPKI DER, base64url) inside. */
export type SignedStatement = { readonly text: string; readonly signature: string };

export type Signer = {
  /** `as`: fingerprint of an older key of ours, so that two statements are of one hand; else the key that signs now. */
  sign(statement: Statement, as?: string): SignedStatement;
  /** Of the key that signs now. */
  fingerprint(): string;
  /** Whether one of our keys, of now or before, has this fingerprint. */
  isOurs(fingerprint: string): boolean;
  /** Of the key of ours that signed this; null = none of ours did. */
  signerOf(signed: SignedStatement): string | null;
};

export function createSigner(keyring: Pick<Keyring, "pairs">): Signer {
  function pair(as?: string) {
    const pairs = keyring.pairs(purpose);
    const [first] = as ? pairs.filter(({ publicKey }) => fingerprintOf(publicKey) === as) : pairs;
    if (!first) throw new Error(`no key to sign with for ${purpose}`);
    return first;
  }
  const isOurs = (fingerprint: string) =>
    keyring.pairs(purpose).some((one) => fingerprintOf(one.publicKey) === fingerprint);
  return {
    isOurs,
    sign(statement, as) {
      const { kid, privateKey, publicKey } = pair(as);
      const text = canonicalJson({ ...statement, kid, publicKey: encodeKey(publicKey) });
      const signature = sign(null, Buffer.from(signedPrefix + text), privateKey).toString("hex");
      return { text, signature };
    },
    fingerprint: () => fingerprintOf(pair().publicKey),
    signerOf(signed) {
      const signer = signedBy(signed);
      return signer !== null && isOurs(signer) ? signer : null;
    },
  };
}

/** SHA-256 of the public key (SPKI DER), lower-case hex: what `--key` takes. */
export const fingerprintOf = (key: KeyObject): string =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");

const encodeKey = (key: KeyObject) =>
  key.export({ type: "spki", format: "der" }).toString("base64url");

/** The fingerprint of the key that signed, as the statement itself names it; null when the signature is not its. */
export function signedBy({ text, signature }: SignedStatement): string | null {
  try {
    const statement: unknown = JSON.parse(text);
    if (typeof statement !== "object" || statement === null || !("publicKey" in statement))
      return null;
    const der = Buffer.from(String(statement.publicKey), "base64url");
    const key = createPublicKey({ key: der, format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "ed25519") return null;
    const bytes = Buffer.from(signedPrefix + text);
    return verify(null, bytes, key, Buffer.from(signature, "hex")) ? fingerprintOf(key) : null;
  } catch {
    return null; // no JSON, no key, no signature: nobody signed this
  }
}
