/** The words of a key card. */
export type KeyCardTexts = {
  readonly title: string;
  readonly warning: string;
  readonly lender: string;
  readonly borrower: string;
  readonly amount: string;
  readonly debt: string;
  readonly generation: string;
  readonly recording: string;
  readonly bytes: string;
  readonly sha256: string;
  readonly header: string;
  readonly madeAt: string;
  readonly howTo: string;
  /** Numbered where they are drawn. `command`: what is typed. */
  steps(command: string): readonly string[];
};
