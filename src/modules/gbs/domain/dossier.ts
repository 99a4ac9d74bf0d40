import { canonicalJson } from "#platform/kernel/canonical-json";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";
import type { CustodyHead, DebtParty } from "../contract.ts";
import { type CustodyEntry, type CustodySeal, type SaltedValue, utf8 } from "./custody.ts";

/** A file of a dossier as its manifest lists it. */
export type DossierFile = {
  readonly name: string;
  readonly sizeBytes: number;
  /** Hex. */
  readonly sha256: string;
};

export const manifestName = "manifest.json";
export const signatureName = "manifest.sig";

/** Says what the signature is for: one of the custody log can never be taken for it. */
const signedPrefix = "fintrack-dossier-v1\n";

/** As verifier/verify.mjs names it by what the log says. */
export const documentName = (kind: string, termsVersion: number): string =>
  `${kind}-${termsVersion}.pdf`;

/** A line of custody.jsonl. */
export const chainLine = ({ text, hash, kid, signature }: CustodyEntry): string =>
  `${canonicalJson({ entry: text, hash, kid, signature })}\n`;

/** A member of values.json. */
export const valueLine = ({ seq, name, value, salt }: SaltedValue): string =>
  canonicalJson({ seq, name, value, salt });

/**
 * What of the values a party may read; whatever else stands in its log as a hash alone. A description that an
 * administrator has hidden stays with the lender, who wrote it.
 */
export const disclosedTo = (
  { party, textHidden }: { readonly party: DebtParty; readonly textHidden: boolean },
  values: readonly SaltedValue[],
): readonly SaltedValue[] =>
  values.filter(
    ({ owner, name }) =>
      (owner === "both" || owner === party) &&
      !(textHidden && party === "borrower" && name === "description"),
  );

/** What names every file of a dossier, and what signs that. */
export function sealManifest(
  facts: {
    readonly debtId: Id;
    readonly madeAt: Instant;
    readonly madeFor: { readonly role: DebtParty; readonly id: Id };
    readonly chain: CustodyHead;
    readonly files: readonly DossierFile[];
  },
  seal: Pick<CustodySeal, "sign">,
): { readonly manifest: string; readonly signature: string } {
  const { debtId: debt, madeAt, madeFor, chain, files } = facts;
  const manifest = `${canonicalJson({ v: 1, debt, madeAt, madeFor, chain, files })}\n`;
  const signature = seal.sign(utf8(signedPrefix + manifest));
  return { manifest, signature: `${canonicalJson(signature)}\n` };
}
