/** What is wrong, and with which entry; the first of each that was met. */
export type TrailFault =
  /** Its hash is not that of its content, or a column says something else than the content. */
  | { readonly type: "changed"; readonly seq: number; readonly column?: string }
  /** An entry between two that are there. */
  | { readonly type: "missing"; readonly seq: number }
  /** An entry that stands in the place of another. */
  | { readonly type: "out_of_order"; readonly seq: number }
  /** An entry that was not written behind the one before it: that one was replaced, or this. */
  | { readonly type: "unlinked"; readonly seq: number }
  /** Entries up to `seq` were there: `witness` says so. */
  | { readonly type: "tail_cut"; readonly seq: number; readonly witness: Witness }
  /** The chain fits together, but is not the one that was signed. */
  | { readonly type: "rewritten"; readonly seq: number; readonly witness: Witness }
  /** A signature that is not the one of the key which it names (`signer` null), or not of a key that was given. */
  | {
      readonly type: "forged";
      readonly seq: number;
      readonly witness: Witness | "entry";
      /** Fingerprint. */
      readonly signer: string | null;
    }
  /** A checkpoint that is kept outside of LogDB, and that LogDB itself has no more: somebody deleted it. */
  | { readonly type: "checkpoint_missing"; readonly seq: number }
  /**
   * The first of entries that no checkpoint covers although one was due: the relay has stood still since, or somebody
   * deleted what it had signed.
   */
  | { readonly type: "unsigned"; readonly seq: number };

/** `position`: the relay's own note; it is no proof. `anchor`: a file kept outside the database. */
export type Witness = "position" | "checkpoint" | "anchor";
