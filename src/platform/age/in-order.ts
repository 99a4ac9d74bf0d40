/**
 * The results of `work(0)` to `work(count - 1)` in their order, so many begun at a time. What was begun has ended when
 * this ends, also when it ends early.
 */
export async function* inOrder<T>(
  count: number,
  atOnce: number,
  work: (index: number) => Promise<T>,
): AsyncGenerator<T, void> {
  const begun: Promise<T>[] = [];
  let next = 0;

  function beginMore(): void {
    while (next < count && begun.length < atOnce) {
      const result = work(next);
      // It may fail long before its turn comes; whoever awaits it then hears of it.
      result.catch(() => {});
      begun.push(result);
      next += 1;
    }
  }

  try {
    beginMore();
    for (let first = begun.shift(); first; first = begun.shift()) {
      const result = await first;
      beginMore();
      yield result;
    }
  } finally {
    await Promise.allSettled(begun);
  }
}
