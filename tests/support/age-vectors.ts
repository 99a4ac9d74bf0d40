import { createHash } from "node:crypto";
import { inflateSync } from "node:zlib";
import * as vectors from "cctv-age";

/** A file of the public test vectors of age (C2SP/CCTV) and what must come of it. */
export type AgeVector = {
  readonly name: string;
  readonly expect: string;
  /** SHA-256 of all that may be given out, also before a failure. */
  readonly payload: string | null;
  readonly identities: readonly string[];
  readonly passphrases: readonly string[];
  readonly file: Uint8Array;
};

export const ageVectors: readonly AgeVector[] = Object.entries(vectors).map(([name, bytes]) => {
  const vector = Buffer.from(bytes);
  const end = vector.indexOf("\n\n");
  const facts = vector.subarray(0, end).toString().split("\n");
  const factsOf = (key: string) =>
    facts.filter((fact) => fact.startsWith(`${key}: `)).map((fact) => fact.slice(key.length + 2));
  const file = vector.subarray(end + 2);
  return {
    name,
    expect: factsOf("expect")[0] ?? "",
    payload: factsOf("payload")[0] ?? null,
    identities: factsOf("identity"),
    passphrases: factsOf("passphrase"),
    file: factsOf("compressed")[0] === "zlib" ? inflateSync(file) : file,
  };
});

export const sha256 = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");
