import { describe, expect, test } from "bun:test";
import type { Job } from "#platform/jobs/jobs";
import { type JobAttempt, type JobObserver, runJob } from "#platform/jobs/run-job";

const observed = () => {
  const seen: string[] = [];
  const observer: JobObserver = {
    jobStarted: (name) => void seen.push(`${name} started`),
    jobFinished: ({ name, outcome, durationMs }) =>
      void seen.push(`${name} ${outcome}${durationMs >= 0 ? "" : " before it began"}`),
  };
  return { seen, observer };
};
const job = (run: Job["run"], expireSeconds = 5): Job => ({
  name: "sample.work",
  policy: "standard",
  retryLimit: 1,
  retryDelaySeconds: 0,
  expireSeconds,
  onRestore: "keep",
  run,
});
const attempt = (changes: Partial<JobAttempt> = {}): JobAttempt => ({
  id: "id-1",
  payload: {},
  retryCount: 0,
  retryLimit: 1,
  signal: new AbortController().signal,
  ...changes,
});

describe("runJob", () => {
  test("a handler that throws before it awaits is a failed run, not a crash", async () => {
    const { seen, observer } = observed();
    const failing = job(() => {
      throw new Error("at once");
    });
    const result = await runJob(failing, attempt(), observer);
    expect(result).toEqual({ completed: false, error: new Error("at once") });
    expect(seen).toEqual(["sample.work started", "sample.work retried"]);
  });

  test("the last permitted try that fails is reported as failed", async () => {
    const { seen, observer } = observed();
    const failing = job(async () => {
      throw new Error("again");
    });
    await runJob(failing, attempt({ retryCount: 1 }), observer);
    expect(seen.at(-1)).toBe("sample.work failed");
  });

  test("a shutdown ends the run although the handler ignores the signal", async () => {
    const { observer } = observed();
    const shutdown = new AbortController();
    const deaf = job(() => new Promise(() => {}));
    const run = runJob(deaf, attempt({ signal: shutdown.signal }), observer);
    shutdown.abort(new Error("shutting down"));
    expect(await run).toEqual({ completed: false, error: new Error("shutting down") });
  });

  test("a run that begins after the shutdown does not begin its work", async () => {
    const { observer } = observed();
    let begun = false;
    const work = job(async () => {
      begun = true;
    });
    const signal = AbortSignal.abort(new Error("too late"));
    const result = await runJob(work, attempt({ signal }), observer);
    expect(begun).toBe(false);
    expect(result.completed).toBe(false);
  });

  test("a handler that fails after it was given up harms nobody", async () => {
    const { observer } = observed();
    const late = job(async (_ctx, _payload, signal) => {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new Error("late");
    }, 0.01);
    const result = await runJob(late, attempt(), observer);
    expect(String(result.completed || result.error)).toContain("longer than");
    await Bun.sleep(5);
  });
});
