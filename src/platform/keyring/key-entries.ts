import { generateKeyPairSync, randomBytes } from "node:crypto";
import { type Instant, isInstant } from "../kernel/time.ts";

/**
 * Every purpose a key may serve, and its kind. A key never serves two purposes. `symmetric` keys are 32 random bytes
 * from which HKDF derives the key that is used; `sealing` keys are the same, but never retire, because what they sealed
 * may lie for years; pairs are Ed25519 (signatures) or X25519 (key agreement). `signing` pairs are Ed25519 that never
 * retire, because what they signed is verified for years.
 */
export const keyPurposes = {
  "audit-context": "symmetric",
  idempotency: "symmetric",
  "attempt-subject": "symmetric",
  "verification-code": "symmetric",
  "refresh-token": "symmetric",
  "access-token": "ed25519",
  notification: "sealing",
  "second-factor": "sealing",
  "review-epoch": "sealing",
  custody: "signing",
  "audit-checkpoint": "signing",
} as const satisfies Record<string, KeyKind>;
const keyKinds = ["symmetric", "sealing", "ed25519", "x25519", "signing"] as const;
export type KeyKind = (typeof keyKinds)[number];
/** Kinds whose old keys are needed for as long as what was made with them lies somewhere. */
export const lastingKinds: readonly KeyKind[] = ["sealing", "signing"];
export type KeyPurpose = keyof typeof keyPurposes;
/** The purposes whose keys are of this kind. */
export type PurposeOf<K extends KeyKind> = {
  [P in KeyPurpose]: (typeof keyPurposes)[P] extends K ? P : never;
}[KeyPurpose];

/** What is wrong with the keyring, without any of its content. */
export class KeyringError extends Error {
  override readonly name = "KeyringError";
  constructor(message: string) {
    super(`keyring: ${message}`);
  }
}

/** One key as the keyring file holds it. `material`: base64url of the 32 bytes, or the private key as PKCS #8 DER. */
export type KeyEntry = {
  readonly purpose: string;
  readonly kid: string;
  readonly kind: KeyKind;
  readonly created: Instant;
  /** From then on it signs and derives; before, other nodes already know it and verify with it. */
  readonly activeFrom: Instant;
  /** From then on it is not even used to verify or to open; null = in use. */
  readonly retired: Instant | null;
  readonly material: string;
};

export function generateEntry(
  purpose: string,
  kind: KeyKind,
  times: { readonly created: Instant; readonly activeFrom: Instant },
): KeyEntry {
  return {
    purpose,
    kid: randomBytes(8).toString("hex"),
    kind,
    ...times,
    retired: null,
    material: generateMaterial(kind).toString("base64url"),
  };
}

function generateMaterial(kind: KeyKind): Buffer {
  const der = { type: "pkcs8", format: "der" } as const;
  switch (kind) {
    case "symmetric":
    case "sealing":
      return randomBytes(32);
    case "ed25519":
    case "signing":
      return generateKeyPairSync("ed25519").privateKey.export(der);
    case "x25519":
      return generateKeyPairSync("x25519").privateKey.export(der);
  }
}

/** The file: `{"version":1,"keys":[...]}`. Throws an Error that names the fault, never the content. */
export function parseEntries(text: string): KeyEntry[] {
  const document = tryJson(text);
  if (!isRecord(document) || document["version"] !== 1 || !Array.isArray(document["keys"]))
    throw new KeyringError('must be JSON like {"version":1,"keys":[...]}');
  return document["keys"].map((entry: unknown, index) => {
    if (!isEntry(entry)) throw new KeyringError(`key ${index + 1} is malformed`);
    return entry;
  });
}

export const formatEntries = (keys: readonly KeyEntry[]): string =>
  `${JSON.stringify({ version: 1, keys }, null, 2)}\n`;

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the parser's message would quote the content
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

function isEntry(value: unknown): value is KeyEntry {
  if (!isRecord(value)) return false;
  const isTime = (time: unknown) => typeof time === "string" && isInstant(time);
  return (
    typeof value["purpose"] === "string" &&
    typeof value["kid"] === "string" &&
    /^[0-9a-f]{16}$/.test(value["kid"]) &&
    keyKinds.some((kind) => kind === value["kind"]) &&
    isTime(value["created"]) &&
    isTime(value["activeFrom"]) &&
    (value["retired"] === null || isTime(value["retired"])) &&
    typeof value["material"] === "string" &&
    /^[\w-]{43,}$/.test(value["material"])
  );
}
