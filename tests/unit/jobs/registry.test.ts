import { describe, expect, test } from "bun:test";
import type { Job, Subscription } from "#platform/jobs/jobs";
import { createJobRegistry } from "#platform/jobs/registry";

const job = (name: string, changes: Partial<Job> = {}): Job => ({
  name,
  policy: "standard",
  retryLimit: 1,
  retryDelaySeconds: 1,
  expireSeconds: 60,
  onRestore: "keep",
  run: async () => {},
  ...changes,
});
const hears = (event: string, name: string): Subscription => ({ event, name, run: async () => {} });

function filled(jobs: readonly Job[], subscriptions: readonly Subscription[] = []) {
  const registry = createJobRegistry();
  registry.declareEvents(["sample.thing_made.v1", "sample.thing_lost.v1"]);
  registry.register([
    { jobs, subscriptions: [] },
    { jobs: [], subscriptions },
  ]);
  return registry;
}

describe("the job registry", () => {
  test("makes one queue of each job and each subscription", () => {
    const registry = filled(
      [job("sample.work_hard")],
      [
        hears("sample.thing_made.v1", "other.note_thing"),
        hears("sample.thing_made.v1", "third.note_thing"),
      ],
    );
    expect(registry.queues().map(({ name }) => name)).toEqual([
      "sample.work_hard",
      "other.note_thing",
      "third.note_thing",
    ]);
    expect(registry.subscribers("sample.thing_made.v1")).toEqual([
      "other.note_thing",
      "third.note_thing",
    ]);
    expect(registry.subscribers("sample.thing_lost.v1")).toEqual([]);
    expect(registry.queue("other.note_thing").policy).toBe("standard");
  });

  test("knows no other names", () => {
    const registry = filled([]);
    expect(() => registry.queue("sample.unknown")).toThrow("no job is named");
    expect(() => registry.subscribers("sample.thing_sold.v1")).toThrow("no event is named");
  });

  test("refuses a name that is taken and an event that nobody publishes", () => {
    expect(() => filled([job("a.b"), job("a.b")])).toThrow("two jobs");
    expect(() => filled([job("a.b")], [hears("sample.thing_made.v1", "a.b")])).toThrow("two jobs");
    expect(() => filled([], [hears("sample.thing_maed.v1", "a.b")])).toThrow(
      "which nobody publishes",
    );
  });

  test.each([
    ["job", { name: "no_module" }],
    ["job", { name: "Sample.Work" }],
    ["job", { name: "a.b.c" }],
    ["job", { name: "a.'; drop" }],
    ["dead letter", { name: "a.b.dead" }],
    ["retryLimit", { retryLimit: -1 }],
    ["retryLimit", { retryLimit: 1.5 }],
    ["retryDelaySeconds", { retryDelaySeconds: 90_000 }],
    ["maxRetryDelaySeconds", { maxRetryDelaySeconds: 0 }],
    ["maxRetryDelaySeconds", { maxRetryDelaySeconds: 86_401 }],
    ["maxRetryDelaySeconds", { retryDelaySeconds: 60, maxRetryDelaySeconds: 59 }],
    ["dropped on restore", { confidential: true }],
    ["expireSeconds", { expireSeconds: 0 }],
    ["expireSeconds", { expireSeconds: 86_400 }],
    ["five fields", { cron: "* * * * * *" }],
    ["five fields", { cron: "@daily" }],
  ])("refuses a %s out of bounds: %p", (_what, changes) => {
    expect(() => filled([job("a.b", changes)])).toThrow();
  });

  test("takes a confidential job that a restore drops, and a bound of its own for its retries", () => {
    const registry = filled([
      job("a.b", { confidential: true, onRestore: "drop", maxRetryDelaySeconds: 60 }),
    ]);
    expect(registry.queue("a.b").confidential).toBe(true);
  });

  test("refuses an event name without a version", () => {
    expect(() => createJobRegistry().declareEvents(["sample.thing_made"])).toThrow(
      "noun_verbed.vN",
    );
  });

  test("is filled once, before it is used", () => {
    const registry = createJobRegistry();
    expect(() => registry.queues()).toThrow("before the modules are registered");
    registry.register([]);
    expect(() => registry.register([])).toThrow("filled twice");
  });
});
