import { createHash, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import fc from "fast-check";
import {
  appendEntries,
  type CustodyEntry,
  type CustodySeal,
  type CustodyStep,
  firstHead,
} from "#modules/gbs/domain/custody";
import { isId } from "#platform/kernel/ids";
import { addSeconds, parseInstant } from "#platform/kernel/time";

/** Seals as the application does, with a key of the test's own, and salts that can be told apart. */
export function createTestSeal(kid = "7e57000000000001") {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  let salts = 0;
  const seal: CustodySeal = {
    sha256: (bytes) => createHash("sha256").update(bytes).digest("hex"),
    newSalt() {
      salts += 1;
      return salts.toString(16).padStart(32, "0");
    },
    sign: (bytes) => ({ kid, signature: sign(null, bytes, privateKey).toString("hex") }),
  };
  return { ...seal, kid, publicKey, isSigned: isSignedBy({ kid, publicKey }) };
}

const isSignedBy =
  (key: { readonly kid: string; readonly publicKey: KeyObject }) =>
  (bytes: Uint8Array, by: Pick<CustodyEntry, "kid" | "signature">): boolean =>
    by.kid === key.kid && verify(null, bytes, key.publicKey, Buffer.from(by.signature, "hex"));

export function idOf(text: string) {
  if (!isId(text)) throw new Error("not an id");
  return text;
}
export const testDebtId = idOf("01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21");

/** Steps as use-cases give them: some with free texts, by different people, none of sense together. */
export const anyStep: fc.Arbitrary<CustodyStep> = fc.record({
  kind: fc.constantFrom("offered", "payment_claimed", "payment_confirmed", "overdue", "reminded"),
  actor: fc.constantFrom(
    { role: "lender", id: idOf("01936f2e-7b3c-7a11-9d55-000000000001") } as const,
    { role: "borrower", id: idOf("01936f2e-7b3c-7a11-9d55-000000000002") } as const,
    { role: "clock", id: null } as const,
  ),
  data: fc.record({ amount: fc.constantFrom("10.00", "0.01"), day: fc.integer({ min: 0 }) }),
  values: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("description", "reason", "reference"),
      value: fc.string({ unit: "grapheme", maxLength: 20 }),
      owner: fc.constantFrom("lender", "borrower", "both"),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
  ),
});

/** A chain that grew in as many turns as there are lists of steps, a minute after each other. */
export function chainOf(turns: readonly (readonly CustodyStep[])[], seal: CustodySeal) {
  const entries: CustodyEntry[] = [];
  const values: ReturnType<typeof appendEntries>["values"][number][] = [];
  let head = firstHead;
  let at = parseInstant("2026-11-22T09:30:00Z");
  for (const steps of turns) {
    const added = appendEntries({ ...head, debtId: testDebtId }, steps, at, seal);
    entries.push(...added.entries);
    values.push(...added.values);
    ({ head } = added);
    at = addSeconds(at, 60);
  }
  return { debtId: testDebtId, entries, values, head };
}
