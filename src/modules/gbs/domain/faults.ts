import { AppError, invalidFields } from "#platform/kernel/errors";

export type Faults = ReturnType<typeof collectFaults>;

/** One fault for each place: a plan's first day that is wrong is said once, not for each day that follows from it. */
export function collectFaults() {
  const byPath = new Map<string, string>();
  const add = (path: string, detail: string): undefined => {
    if (!byPath.has(path)) byPath.set(path, detail);
  };
  return {
    add,
    /** What `read` gives; undefined where it found faults. */
    of<T>(read: () => T): T | undefined {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof AppError) || error.kind !== "invalid") throw error;
        for (const { path, detail } of error.fields) add(path, detail);
        return undefined;
      }
    },
    throwAny(): void {
      if (byPath.size > 0)
        throw invalidFields(Array.from(byPath, ([path, detail]) => ({ path, detail })));
    },
  };
}
