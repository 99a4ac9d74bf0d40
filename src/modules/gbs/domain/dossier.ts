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

/** The recording, as verifier/verify.mjs knows it. */
export const recordingName = "evidence.age";

/** Says what the signature is for: one of the custody log can never be taken for it. */
const signedPrefix = "fintrack-dossier-v1\n";

export const dossierName = (debtId: Id): string => `dossier-${debtId}.zip`;

/** As verifier/verify.mjs names it by what the log says. */
export const documentName = (kind: string, termsVersion: number): string =>
  `${kind}-${termsVersion}.pdf`;

/** Names of the documents that these entries say were made. */
export const documentsMade = (entries: readonly CustodyEntry[]): readonly string[] =>
  entries
    .filter(({ kind }) => kind === "document_made")
    .map(({ text }) => {
      const { document, termsVersion } = JSON.parse(text).data;
      return documentName(document, termsVersion);
    });

/** SHA-256 of the last header that these entries say was made for the lender of a recording. */
export const lastHeaderOf = (evidence: Id, entries: readonly CustodyEntry[]): string | undefined =>
  entries
    .filter(({ kind }) => kind === "key_revealed" || kind === "sealed")
    .map(({ text }) => JSON.parse(text).data)
    .findLast((data) => data.evidence === evidence)?.headerSha256;

/** A line of custody.jsonl. */
export const chainLine = ({ text, hash, kid, signature }: CustodyEntry): string =>
  `${canonicalJson({ entry: text, hash, kid, signature })}\n`;

/** A member of values.json. */
export const valueLine = ({ seq, name, value, salt }: SaltedValue): string =>
  canonicalJson({ seq, name, value, salt });

/**
 * What of the values a party may read; whatever else stands in its log as a hash alone. A description that an
 * administrator has hidden is disclosed to nobody.
 */
export const disclosedTo = (
  { party, textHidden }: { readonly party: DebtParty; readonly textHidden: boolean },
  values: readonly SaltedValue[],
): readonly SaltedValue[] =>
  values.filter(
    ({ owner, name }) =>
      (owner === "both" || owner === party) && !(textHidden && name === "description"),
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
