/** Between one who writes and one who reads: a single chunk at a time, so that neither runs ahead of the other. */
export type Pipe = {
  /** Resolves when the reader has taken it. Rejects when nobody reads any more. */
  write(chunk: Uint8Array): Promise<void>;
  /** Nothing follows. */
  end(): void;
  /** The reader gets what is waiting, then this. */
  fail(error: unknown): void;
  readonly chunks: AsyncIterableIterator<Uint8Array>;
};

type Waiting = { readonly chunk: Uint8Array; readonly taken: PromiseWithResolvers<void> };

/** For one writer that awaits each write, and one reader. */
export function openPipe(): Pipe {
  let waiting: Waiting | undefined;
  let ending: { readonly error?: unknown } | undefined;
  let abandoned = false;
  let wake = () => {};
  const gone = () => new Error("nobody reads any more");

  return {
    async write(chunk) {
      if (abandoned) throw gone();
      const taken = Promise.withResolvers<void>();
      waiting = { chunk, taken };
      wake();
      await taken.promise;
    },
    end() {
      ending ??= {};
      wake();
    },
    fail(error) {
      ending ??= { error };
      wake();
    },
    chunks: {
      async next() {
        for (;;) {
          if (waiting) {
            const { chunk, taken } = waiting;
            waiting = undefined;
            taken.resolve();
            return { done: false, value: chunk };
          }
          if (ending && "error" in ending) throw ending.error;
          if (ending || abandoned) return { done: true, value: undefined };
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      async return() {
        abandoned = true;
        waiting?.taken.reject(gone());
        waiting = undefined;
        wake();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
  };
}
