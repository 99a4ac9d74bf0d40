/** Bounds work that keeps a core busy: so much at a time, so much waiting, and no longer than somebody would wait. */
export type CpuGate = {
  /**
   * Runs `work` when its turn comes. Throws `cpu.busy` (503 with Retry-After) when the queue is full or the turn does
   * not come in time; then `work` was never begun.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
};
