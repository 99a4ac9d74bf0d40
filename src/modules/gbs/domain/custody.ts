import { canonicalJson } from "#platform/kernel/canonical-json";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { CustodyHead, DebtActor, DebtParty } from "../contract.ts";

/** What is recorded of a debt. A word that an entry was made with is never changed, nor used for anything else. */
export type CustodyKind =
  | "offered"
  | "delivered"
  | "accepted"
  | "declined"
  | "withdrawn"
  | "expired"
  | "activated"
  | `amendment_${"proposed" | "accepted" | "declined" | "withdrawn" | "lapsed"}`
  | `payment_${"claimed" | "confirmed" | "contested" | "withdrawn"}`
  | `cancellation_${"proposed" | "accepted" | "declined" | "withdrawn" | "lapsed"}`
  | "cancelled"
  | `dispute_${"raised" | "withdrawn"}`
  | "overdue"
  | "caught_up"
  | "reminded"
  | "defaulted"
  | "settled"
  | "document_made"
  | "inspected"
  | "text_hidden"
  | `consent_${"given" | "withdrawn"}`
  | "sentence_drawn"
  | `evidence_${"submitted" | "approved" | "sent_back" | "refused" | "destroyed" | "damaged"}`
  | `review_${"begun" | "ended"}`
  | `evidence_${"opened" | "viewed" | "fetched"}`
  | `key_${"revealed" | "acknowledged"}`
  | "recipient_proven"
  | "sealed"
  | "header_recovered"
  | "held"
  | "hold_released";

/** Amounts are texts, as everywhere. */
export type PlainJson =
  | string
  | number
  | boolean
  | null
  | readonly PlainJson[]
  | { readonly [name: string]: PlainJson };

/** A free text or an address: in the chain stands only its salted hash, under its name in `data`. */
export type CustodyValue = {
  readonly name: string;
  readonly value: string;
  /** To whom it is disclosed. */
  readonly owner: DebtParty | "both";
};

/** Something that happened, before it has its place in the chain. */
export type CustodyStep = {
  readonly kind: CustodyKind;
  /** `id`: of the user; null for the clock. */
  readonly actor: { readonly role: DebtActor; readonly id: Id | null };
  readonly data: { readonly [name: string]: PlainJson };
  /** Under names that `data` does not have. */
  readonly values?: readonly CustodyValue[];
};

/** A step in its place. Hashes and signatures are lower-case hex. */
export type CustodyEntry = {
  readonly seq: number;
  readonly at: Instant;
  readonly kind: CustodyKind;
  /** Canonical JSON of `{ v, debt, seq, at, actor, kind, data, prev }`: byte by byte what is hashed and signed. */
  readonly text: string;
  /** SHA-256 of the text in UTF-8. */
  readonly hash: string;
  readonly kid: string;
  /** Ed25519 (RFC 8032) of {@link signedBytes}. */
  readonly signature: string;
};

/** What stands in entry `seq` as SHA-256(salt ‖ value in UTF-8). */
export type SaltedValue = CustodyValue & {
  readonly seq: number;
  /** {@link saltBytes}, lower-case hex. */
  readonly salt: string;
};

/** SHA-256 and chance, and the installation's key. All texts are lower-case hex. */
export type CustodySeal = {
  sha256(bytes: Uint8Array): string;
  /** Random, of {@link saltBytes}. */
  newSalt(): string;
  sign(bytes: Uint8Array): { readonly kid: string; readonly signature: string };
};

export const custodyVersion = 1;
export const saltBytes = 16;
/** Of a debt of which nothing is recorded. */
export const firstHead: CustodyHead = { length: 0, hash: "0".repeat(64) };

/** Says what a signature is for: none of the same key for something else can be taken for one of an entry. */
const signedPrefix = "fintrack-custody-v1\n";

const encoder = new TextEncoder();
export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** "n:hash": how mails and dossiers name the end of a log. */
export const headText = ({ length, hash }: CustodyHead): string => `${length}:${hash}`;

export const signedBytes = (text: string): Uint8Array => utf8(signedPrefix + text);

/** The value alone could be guessed from its hash; with a salt that is not disclosed it cannot. */
export const saltedHash = (seal: Pick<CustodySeal, "sha256">, salt: string, value: string) =>
  seal.sha256(Uint8Array.of(...Uint8Array.fromHex(salt), ...utf8(value)));

/**
 * Puts steps at the end of a debt's chain, in their order. `head` is where the chain ends now; the result's `head` is
 * where it ends with them.
 */
export function appendEntries(
  head: CustodyHead & { readonly debtId: Id },
  steps: readonly CustodyStep[],
  at: Instant,
  seal: CustodySeal,
): {
  readonly entries: readonly CustodyEntry[];
  readonly values: readonly SaltedValue[];
  readonly head: CustodyHead;
} {
  const entries: CustodyEntry[] = [];
  const values: SaltedValue[] = [];
  let { length, hash }: CustodyHead = head;
  for (const { kind, actor, data, values: named = [] } of steps) {
    const seq = length + 1;
    const salted = named.map((value) => ({ ...value, seq, salt: seal.newSalt() }));
    const hashes = salted.map(({ name, salt, value }) => {
      if (Object.hasOwn(data, name)) throw new Error(`${kind} has two of ${name}`);
      return [name, { sha256: saltedHash(seal, salt, value) }] as const;
    });
    if (new Set(named.map(({ name }) => name)).size < named.length)
      throw new Error(`${kind} names a value twice`);
    const text = canonicalJson({
      ...{ v: custodyVersion, debt: head.debtId, seq, at, kind, prev: hash },
      actor: { role: actor.role, id: actor.id },
      data: { ...data, ...Object.fromEntries(hashes) },
    });
    const entry = { seq, at, kind, text, hash: seal.sha256(utf8(text)) };
    entries.push({ ...entry, ...seal.sign(signedBytes(text)) });
    values.push(...salted);
    ({ length, hash } = { length: seq, hash: entry.hash });
  }
  return { entries, values, head: { length, hash } };
}
