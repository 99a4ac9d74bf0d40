import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { CustodyStep } from "#modules/gbs/domain/custody";
import { newFileKey, newPayloadNonce } from "#platform/age/file-key";
import { headerForPassphrase, headerForRecipient } from "#platform/age/header";
import { newIdentity } from "#platform/age/identities";
import { createPayloadCipher } from "#platform/age/payload-cipher";
import { chainOf, idOf } from "../../support/custody-chains.ts";
import {
  contentOf,
  openTestSigner,
  packed,
  runVerifier,
  sealed,
  sha256Of,
  verifyDossier,
} from "../../support/dossiers.ts";
import { describeWith } from "../../support/programs.ts";

const signer = openTestSigner();
const keys = [signer.fingerprint];
const clock = { role: "clock", id: null } as const;
const lender = { role: "lender", id: idOf("01936f2e-7b3c-7a11-9d55-000000000001") } as const;

/** A recording as the store has it, with as many headers as keys were shown. */
async function recordingOf(plain: Uint8Array, evidence = "e1") {
  const [fileKey, nonce] = [newFileKey(), newPayloadNonce()];
  const cipher = await createPayloadCipher(fileKey, nonce);
  const payload = Buffer.concat([nonce, await cipher.sealChunks(0, plain, { endsPayload: true })]);
  const header = async (key: string) => Buffer.from(await headerForPassphrase(fileKey, key));
  const { recipient } = await newIdentity();
  return {
    ...{ evidence, plain, payload },
    headers: [await header("first"), await header("second")] as const,
    forRecipient: Buffer.from(await headerForRecipient(fileKey, recipient)),
  };
}
type Recording = Awaited<ReturnType<typeof recordingOf>>;

const submitted = ({ evidence, plain, payload }: Recording): CustodyStep => ({
  ...{ kind: "evidence_submitted", actor: clock },
  data: {
    ...{ evidence, sha256: sha256Of(plain), sizeBytes: plain.length, mediaType: "video/mp4" },
    payloadSha256: sha256Of(payload),
  },
});
const approved = ({ evidence }: Recording): CustodyStep => ({
  ...{ kind: "evidence_approved", actor: clock, data: { evidence } },
});
const revealed = ({ evidence, headers }: Recording, generation: 1 | 2): CustodyStep => ({
  ...{ kind: "key_revealed", actor: lender },
  data: { evidence, generation, headerSha256: sha256Of(headers[generation - 1] ?? "") },
});

// Two whole chunks and a bit.
const recording = await recordingOf(Buffer.alloc(140_000, "moving pictures"));
const sentBack = await recordingOf(Buffer.alloc(90_000, "an earlier take"), "e0");
const chain = chainOf(
  [
    [submitted(sentBack)],
    [submitted(recording)],
    [approved(recording)],
    [revealed(recording, 1)],
    [revealed(recording, 2)],
  ],
  signer,
);

const dossier = (
  file: Uint8Array | null,
  log: Pick<typeof chain, "entries" | "values" | "head"> = chain,
) => {
  const files = new Map<string, Uint8Array>(file ? [["evidence.age", file]] : []);
  return packed(sealed(contentOf(log, signer, files), log.head, signer));
};
/** Signed by whoever has the key that signs dossiers: only what the log says can give it away. */
const faultsOf = (zip: Buffer) => verifyDossier(zip, { keys }).faults;
const aged = (header: Uint8Array, payload: Uint8Array) => Buffer.concat([header, payload]);
const [firstHeader, lastHeader] = recording.headers;
const whole = aged(lastHeader, recording.payload);
const flipped = (bytes: Uint8Array, place: number, by = 1) => {
  const copy = Buffer.from(bytes);
  copy[place] = (copy[place] ?? 0) ^ by;
  return copy;
};

const wrongHeader =
  "evidence.age: its header is not the last one that the log says was made for the lender";
const wrongPayload = "evidence.age: its payload is not the one that the log says was submitted";

describe("a recording in a dossier", () => {
  test("is proven as it was submitted, behind the last header of the lender's", () => {
    expect(faultsOf(dossier(whole))).toEqual([]);
  });

  test("may be left out", () => {
    expect(faultsOf(dossier(null))).toEqual([]);
  });

  test("behind a header that was made for the lender's own key is proven by the sealing", () => {
    const data = { evidence: "e1", headerSha256: sha256Of(recording.forRecipient) };
    const log = chainOf(
      [[submitted(recording), approved(recording)], [{ kind: "sealed", actor: clock, data }]],
      signer,
    );
    expect(faultsOf(dossier(aged(recording.forRecipient, recording.payload), log))).toEqual([]);
    expect(faultsOf(dossier(whole, log))).toEqual([wrongHeader]);
  });
});

describe("is refused and named", () => {
  test("behind the header of an earlier key, or of no key of the log's", async () => {
    const other = await headerForPassphrase(newFileKey(), "second");
    for (const header of [firstHeader, recording.forRecipient, other])
      expect(faultsOf(dossier(aged(header, recording.payload)))).toEqual([wrongHeader]);
  });

  test.each([
    ["header's first byte", 0, wrongHeader],
    ["salt", 40, wrongHeader],
    ["header's MAC", lastHeader.length - 5, wrongHeader],
    ["nonce", lastHeader.length, wrongPayload],
    ["nonce's last byte", lastHeader.length + 15, wrongPayload],
    ["first chunk", lastHeader.length + 16, wrongPayload],
    ["first chunk's tag", lastHeader.length + 16 + 65_536, wrongPayload],
    ["last chunk", whole.length - 20, wrongPayload],
    ["last byte", whole.length - 1, wrongPayload],
  ])("with one bit of the %s flipped", (_, place, fault) => {
    expect(faultsOf(dossier(flipped(whole, place)))).toEqual([fault]);
  });

  test("with any byte changed, wherever it is", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: whole.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (place, by) => {
          const found = faultsOf(dossier(flipped(whole, place, by)));
          expect(found.some((fault) => fault.startsWith("evidence.age: "))).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("cut off anywhere, or with something behind it", () => {
    for (const length of [0, 1, lastHeader.length - 1, lastHeader.length, whole.length - 1])
      expect(faultsOf(dossier(whole.subarray(0, length))).join()).toContain("evidence.age: ");
    expect(faultsOf(dossier(whole.subarray(0, whole.length - 1)))).toEqual([
      `evidence.age: behind its header are ${recording.payload.length - 1} bytes instead of ${recording.payload.length}`,
    ]);
    expect(faultsOf(dossier(aged(whole, Buffer.from([0])))).join()).toContain("instead of");
  });

  test("with its chunks in another order", () => {
    const [begin, chunk] = [lastHeader.length + 16, 65_552];
    const swapped = Buffer.concat([
      whole.subarray(0, begin),
      whole.subarray(begin + chunk, begin + 2 * chunk),
      whole.subarray(begin, begin + chunk),
      whole.subarray(begin + 2 * chunk),
    ]);
    expect(faultsOf(dossier(swapped))).toEqual([wrongPayload]);
  });

  test("of another debt, or of an earlier take", () => {
    const file = aged(lastHeader, sentBack.payload);
    expect(faultsOf(dossier(file)).join()).toContain("evidence.age: behind its header are");
    const longer = Buffer.concat([sentBack.payload, recording.payload]);
    const asLong = aged(lastHeader, longer.subarray(0, recording.payload.length));
    expect(faultsOf(dossier(asLong))).toEqual([wrongPayload]);
    expect(faultsOf(dossier(aged(sentBack.headers[1], sentBack.payload)))).toContain(wrongHeader);
  });

  test("when no recording was approved, or no key was shown", () => {
    const none = chainOf([[submitted(recording)]], signer);
    expect(faultsOf(dossier(whole, none))).toEqual([
      "evidence.age: is a recording that the log knows nothing of",
    ]);
    const keyless = chainOf([[submitted(recording), approved(recording)]], signer);
    expect(faultsOf(dossier(whole, keyless))).toEqual([wrongHeader]);
  });

  test("changed in a zip that nobody signed anew, by the manifest as well", () => {
    const files = sealed(
      contentOf(chain, signer, new Map([["evidence.age", whole]])),
      chain.head,
      signer,
    );
    const found = faultsOf(packed(new Map([...files, ["evidence.age", flipped(whole, 999)]])));
    expect(found).toEqual([
      "evidence.age: is not the file that the manifest lists: its bytes were changed",
      wrongPayload,
    ]);
  });
});

describe.each(["node", "bun"])("as a program, under %s", (runtime) => {
  describeWith([runtime], "runs by itself", () => {
    const key = ["--key", signer.fingerprint];

    test("says what the recording is, and how it is opened", async () => {
      const { code, output } = await runVerifier(runtime, dossier(whole), key);
      expect(code).toBe(0);
      expect(output).toContain(
        `Recording: evidence.age; with the lender's key it opens to video/mp4, 140000 bytes, SHA-256 ${sha256Of(recording.plain)}`,
      );
      expect(output).toContain("age --decrypt --output recording evidence.age");
      expect(output).toContain("\nPROVEN");
    });

    test("says that there is one where it may not be shown, and nothing of one that there is not", async () => {
      expect((await runVerifier(runtime, dossier(null), key)).output).toContain(
        "Recording: not in this dossier; it was approved: video/mp4, 140000 bytes",
      );
      const without = chainOf([[{ kind: "offered", actor: lender, data: {} }]], signer);
      expect((await runVerifier(runtime, dossier(null, without), key)).output).not.toContain(
        "Recording",
      );
    });

    test("ends with 1 and names a changed one", async () => {
      for (const [place, fault] of [
        [10, wrongHeader],
        [lastHeader.length + 3, wrongPayload],
        [whole.length - 30, wrongPayload],
      ] as const) {
        const { code, output } = await runVerifier(runtime, dossier(flipped(whole, place)), key);
        expect([code, output.includes(`- ${fault}`)]).toEqual([1, true]);
      }
    });
  });
});
