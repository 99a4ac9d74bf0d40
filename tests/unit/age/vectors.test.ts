import { describe, expect, test } from "bun:test";
import { AgeError } from "#platform/age/errors";
import { payloadNonceBytes } from "#platform/age/file-key";
import { headerLength, openHeader } from "#platform/age/header";
import { newIdentity } from "#platform/age/identities";
import { createPayloadCipher } from "#platform/age/payload-cipher";
import { decryptStream } from "#platform/age/streams";
import { type AgeVector, ageVectors, sha256 } from "../../support/age-vectors.ts";

/** What we neither write nor read, by the beginning of a vector's name. */
const outOfScope = {
  armor_: "files as text",
  hybrid: "post-quantum recipients",
};

const inScope = ageVectors.filter(
  ({ name }) => !Object.keys(outOfScope).some((prefix) => name.startsWith(prefix)),
);
const of = (wanted: (vector: AgeVector) => boolean) =>
  inScope.filter(wanted).map((vector) => [vector.name, vector] as const);

/** What a vector expects, by the codes of ours that mean it. */
const meaning: Readonly<Record<string, string>> = {
  no_match: "no match",
  header_altered: "HMAC failure",
  header_invalid: "header failure",
  chunk_not_authentic: "payload failure",
  truncated: "payload failure",
  trailing_data: "payload failure",
};
const meaningOf = (error: unknown): string | undefined => {
  if (!(error instanceof AgeError)) throw error;
  return meaning[error.code];
};

async function* inPieces(file: Uint8Array, bytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.length; at += bytes) yield file.subarray(at, at + bytes);
}

async function decrypted(source: AsyncIterable<Uint8Array>, identity: string) {
  const given: Uint8Array[] = [];
  try {
    for await (const bytes of decryptStream(source, identity)) given.push(new Uint8Array(bytes));
    return { result: "success", payload: sha256(Buffer.concat(given)) };
  } catch (error) {
    const payload = given.length > 0 ? sha256(Buffer.concat(given)) : null;
    return { result: meaningOf(error), payload };
  }
}

describe("with an identity", () => {
  const vectors = of(({ passphrases }) => passphrases.length === 0);

  test.each(vectors)("%s", async (_, vector) => {
    expect(vector.identities.length).toBeLessThanOrEqual(1);
    const identity = vector.identities[0] ?? (await newIdentity()).identity;
    // Of nothing the vectors state the hash of nothing, or none.
    const nothing = [null, sha256(new Uint8Array())];
    for (const bytes of [vector.file.length, 4099]) {
      const { result, payload } = await decrypted(inPieces(vector.file, bytes || 1), identity);
      expect(result).toBe(vector.expect);
      if (nothing.includes(vector.payload)) expect(nothing).toContain(payload);
      else expect(payload).toBe(vector.payload);
    }
  });
});

describe("with a passphrase", () => {
  const vectors = of(({ passphrases }) => passphrases.length > 0);

  async function opened({ file }: AgeVector, passphrase: string) {
    const end = headerLength(file) ?? file.length;
    let fileKey: Uint8Array | null;
    try {
      fileKey = await openHeader(file.subarray(0, end), { passphrase });
    } catch (error) {
      return { result: meaningOf(error), payload: null };
    }
    if (!fileKey) return { result: "no match", payload: null };
    const nonce = file.subarray(end, end + payloadNonceBytes);
    const cipher = await createPayloadCipher(fileKey, nonce);
    const sealed = file.subarray(end + payloadNonceBytes);
    const payload = sha256(await cipher.openChunks(0, sealed, { endsPayload: true }));
    return { result: "success", payload };
  }

  test.each(vectors)("%s", async (_, vector) => {
    for (const passphrase of vector.passphrases)
      expect(await opened(vector, passphrase)).toEqual({
        result: vector.expect,
        payload: vector.payload,
      });
    for (const identity of vector.identities) {
      const { result } = await decrypted(inPieces(vector.file, 100), identity);
      expect(result).toBe(vector.expect);
    }
  });
});

test("nothing but what is out of scope was left out", () => {
  expect(ageVectors.length).toBe(143);
  expect(inScope.length).toBe(92);
  for (const prefix of Object.keys(outOfScope))
    expect(ageVectors.some(({ name }) => name.startsWith(prefix))).toBe(true);
});
