import { createHash } from "node:crypto";
import { headerLength, maxHeaderBytes } from "#platform/age/header";
import type { AppError } from "#platform/kernel/errors";
import { type Instant, instantAt } from "#platform/kernel/time";
import type { ListedObject, ObjectStore } from "#platform/storage/object-store";
import { gbsErrors } from "../errors.ts";
import type { Place, Recording } from "./evidence-vault.ts";
import type { LenderHeader } from "./lender-keys.ts";

/** A header as it lies beside its recording: all that an age file has before its first chunk. */
export type KeptLenderHeader = LenderHeader & {
  /** What opens it: a key that its lender was shown, or one that he brought. */
  readonly kind: "passphrase" | "recipient";
  /** 16 bytes, hex. */
  readonly payloadNonce: string;
};

/**
 * Headers of sealed recordings, beside their segments in the store: whatever becomes of the database, `header-…` and the
 * segments in their order, one after the other, are the age file that the lender's key opens. The name has the SHA-256 of
 * what is in it. Without the lender's key it is worth as much as the payload: nothing. Failures are those of the store.
 */
export type LenderHeaderStore = {
  /**
   * Durable when it resolves, and then the only one of the recording. Throws `gbs.evidence_damaged` (503) for a header that
   * is not what its SHA-256 says, and leaves what is there as it is.
   */
  keep(recording: Recording, header: LenderHeader): Promise<void>;
  /** Whether this very header is kept. */
  look(recording: Recording, header: LenderHeader): Promise<"kept" | "missing" | "altered">;
  /** The last one that was kept; null = none. Throws `gbs.evidence_damaged` (503) for one that was altered. */
  find(place: Place): Promise<KeptLenderHeader | null>;
  /** When it was stored, by the clock of the store; null = there is none. */
  keptAt(place: Place): Promise<Instant | null>;
  /** Confirmed. */
  destroy(place: Place): Promise<void>;
};

const nonceBytes = 16;
/** There is one, and two for a moment while the second is put in the place of the first. */
const maxKept = 10;

export function createLenderHeaderStore({
  objects,
}: {
  readonly objects: ObjectStore;
}): LenderHeaderStore {
  const listed = (place: Place) => objects.list(prefixOf(place), { limit: maxKept });
  const last = async (place: Place): Promise<ListedObject | undefined> =>
    (await listed(place)).toSorted((one, other) => other.modifiedMs - one.modifiedMs)[0];

  /** Nothing of what is too long to be one. */
  async function bytesOf(key: string): Promise<Uint8Array | null> {
    const stored = await objects.get(key);
    if (!stored) return null;
    if (stored.sizeBytes <= maxHeaderBytes + nonceBytes)
      return new Uint8Array(Buffer.concat(await Array.fromAsync(stored.chunks)));
    await stored.chunks.return?.();
    return new Uint8Array();
  }

  return {
    async keep(recording, header) {
      const bytes = fileStart(recording, header);
      const key = keyOf(recording, bytes);
      await objects.put(key, once(bytes));
      const others = (await listed(recording)).map((one) => one.key).filter((one) => one !== key);
      if (others.length > 0) await objects.delete(others);
    },

    async look(recording, header) {
      const bytes = fileStart(recording, header);
      const kept = await bytesOf(keyOf(recording, bytes));
      if (!kept) return "missing";
      return Buffer.compare(kept, bytes) === 0 ? "kept" : "altered";
    },

    async find(place) {
      const found = await last(place);
      const bytes = found ? await bytesOf(found.key) : null;
      if (!found || !bytes) return null;
      const length = headerLength(bytes);
      if (keyOf(place, bytes) !== found.key || length !== bytes.length - nonceBytes)
        throw altered();
      const header = bytes.subarray(0, length);
      return {
        header: Buffer.from(header).toString("base64"),
        headerSha256: sha256(header),
        kind: kindOf(header),
        payloadNonce: bytes.subarray(length).toHex(),
      };
    },

    async keptAt(place) {
      const found = await last(place);
      return found ? instantAt(found.modifiedMs) : null;
    },

    async destroy(place) {
      const left = await listed(place);
      if (left.length > 0) await objects.delete(left.map(({ key }) => key));
    },
  };
}

/** Among the segments of the recording: whatever destroys its payload takes the header along. */
const prefixOf = ({ debtId, uploadId }: Place): string => `evidence/${debtId}/${uploadId}/header-`;
const keyOf = (place: Place, bytes: Uint8Array): string => `${prefixOf(place)}${sha256(bytes)}`;

function fileStart({ payloadNonce }: Recording, header: LenderHeader): Uint8Array {
  const bytes = Buffer.from(header.header, "base64");
  if (sha256(bytes) !== header.headerSha256)
    throw damaged("The header of its lender in the database is not the one that was made.");
  return new Uint8Array(Buffer.concat([bytes, Uint8Array.fromHex(payloadNonce)]));
}

/** The line after the first says what the only stanza is. */
function kindOf(header: Uint8Array): KeptLenderHeader["kind"] {
  const [, stanza = ""] = Buffer.from(header).toString("latin1").split("\n", 2);
  if (stanza.startsWith("-> scrypt ")) return "passphrase";
  if (stanza.startsWith("-> X25519 ")) return "recipient";
  throw altered();
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const altered = (): AppError =>
  damaged("The header of its lender beside it is not what was stored.");
const damaged = (where: string): AppError =>
  gbsErrors.fail("evidence_damaged", `What is stored is not what was recorded. ${where}`);

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield bytes;
}
