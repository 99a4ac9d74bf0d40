/** What a dossier's README says of it. */
export type ReadmeFacts = {
  /** The debt's id. */
  readonly debt: string;
  /** Where our public keys are published. */
  readonly keysAddress: string;
  /** "n:hash". */
  readonly head: string;
};
