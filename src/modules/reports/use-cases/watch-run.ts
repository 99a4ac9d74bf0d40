import type { RequestContext } from "#platform/kernel/context";
import type { ReportRun, ReportsDeps } from "../deps.ts";

/** So late a run hears at most that its report was cancelled, deleted or taken over. */
const lookEveryMs = 500;
/** What a run has come to is told every so many looks, and that it still lives when there is nothing to tell. */
const looksPerNote = 4;
const looksPerSign = 120;

export type WatchedRun = {
  /** Aborted when the report is no longer this run's, and when the job's own signal is. */
  readonly signal: AbortSignal;
  /** Whether the report is no longer this run's. */
  isOver(): boolean;
  /** Whole percent; never goes back. */
  progress(percent: number): void;
  stop(): void;
};

/** Looks after a run while it works, and tells how far it is. A database that is away is looked at again. */
export function watchRun(
  deps: Pick<ReportsDeps, "db" | "clock" | "turns">,
  ctx: RequestContext,
  run: ReportRun,
  signal: AbortSignal,
): WatchedRun {
  const over = new AbortController();
  let percent = 0;
  let noted = 0;
  let looks = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  async function look(): Promise<void> {
    looks += 1;
    const isNote = looks % looksPerNote === 0 && percent > noted;
    const told = percent;
    const isGoing =
      isNote || looks % looksPerSign === 0
        ? await deps.db.transact(ctx, (tx) => deps.turns.note(tx, run, told, deps.clock.now()))
        : await deps.turns.isGoing(deps.db.read, run);
    noted = Math.max(noted, isNote ? told : 0);
    if (!isGoing && !isStopped) over.abort(new Error("the report is no longer to be made"));
  }
  const next = () => {
    if (isStopped || over.signal.aborted) return;
    timer = setTimeout(
      () =>
        void look()
          .catch(() => {})
          .finally(next),
      lookEveryMs,
    );
  };
  next();

  return {
    signal: AbortSignal.any([signal, over.signal]),
    isOver: () => over.signal.aborted,
    progress(reached) {
      percent = Math.max(percent, Math.min(100, Math.floor(reached)));
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
