/** Runs work one after the other, as it was given. */
export type Turns = {
  /** What fails fails for its caller, and ends everything through `onFailure`. Work behind the end is left out. */
  inTurn(work: () => Promise<void>): Promise<void>;
};

export function createTurns(options: {
  readonly isOver: () => boolean;
  readonly onFailure: (error: unknown) => void;
}): Turns {
  let last: Promise<void> = Promise.resolve();
  return {
    inTurn(work) {
      const turn = last.then(() => (options.isOver() ? undefined : work()));
      last = turn.catch(options.onFailure);
      return turn;
    },
  };
}
