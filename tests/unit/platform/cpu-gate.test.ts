import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type CpuGate, createCpuGate } from "#platform/cpu-gate";
import { watchCpuGate } from "#platform/observability/cpu-gate-metrics";
import { createMetrics } from "#platform/observability/metrics";

/** Work that ends when the test says so, and what of it has begun. */
function openWorks(gate: CpuGate) {
  const begun: number[] = [];
  const works: { end(): void; fail(error: Error): void; result: Promise<number> }[] = [];
  return {
    begun,
    works,
    start(): void {
      const number = works.length;
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      const result = gate.run(() => {
        begun.push(number);
        return promise;
      });
      result.catch(() => {}); // looked at later
      works.push({ end: () => resolve(number), fail: reject, result });
    },
  };
}
const settled = () => Bun.sleep(0);
const codeOf = (promise: Promise<unknown>) => promise.catch((error) => error.code);

describe("a CPU gate", () => {
  test("never runs more than it may at once, lets in whoever came first, and refuses only when the queue is full", async () => {
    const action = fc.oneof(
      fc.constant({ kind: "start" } as const),
      fc.record({ kind: fc.constantFrom("end", "fail"), which: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 0, max: 5 }),
        fc.array(action, { maxLength: 60 }),
        async (parallel, queue, actions) => {
          const gate = createCpuGate({ parallel, queue, waitMs: 60_000 });
          const { begun, works, start } = openWorks(gate);
          const [running, waiting, expectedBegun]: [number[], number[], number[]] = [[], [], []];
          let refused = 0;
          const begins = (number: number) => {
            running.push(number);
            expectedBegun.push(number);
          };
          for (const action of actions) {
            if (action.kind === "start") {
              const number = works.length;
              start();
              if (running.length < parallel) begins(number);
              else if (waiting.length < queue) waiting.push(number);
              else refused += 1;
            } else {
              const [number] = running.splice(action.which % Math.max(1, running.length), 1);
              if (number === undefined) continue;
              const work = works[number];
              if (action.kind === "end") work?.end();
              else work?.fail(new Error("the work failed"));
              const next = waiting.shift();
              if (next !== undefined) begins(next);
            }
            await settled();
            expect(begun).toEqual(expectedBegun);
            expect(gate.load()).toEqual({
              running: running.length,
              waiting: waiting.length,
              refused,
            });
          }
          for (const work of works) work.end();
        },
      ),
      { numRuns: 60 },
    );
  });

  test("gives what the work gave, and its failure, thrown at once or later", async () => {
    const gate = createCpuGate({ parallel: 1, queue: 4, waitMs: 60_000 });
    const outcomes = await Promise.allSettled([
      gate.run(async () => 1),
      gate.run(() => {
        throw new Error("at once");
      }),
      gate.run(() => Promise.reject(new Error("later"))),
      gate.run(async () => 4),
    ]);
    expect(
      outcomes.map((one) => (one.status === "fulfilled" ? one.value : one.reason.message)),
    ).toEqual([1, "at once", "later", 4]);
    expect(gate.load()).toEqual({ running: 0, waiting: 0, refused: 0 });
  });

  test("that is full says 503 with Retry-After", async () => {
    const gate = createCpuGate({ parallel: 1, queue: 0, waitMs: 2_000 });
    const { works, start } = openWorks(gate);
    start();
    const error = await gate.run(async () => 2).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "cpu.busy", kind: "unavailable", retryAfterSeconds: 2 });
    works[0]?.end();
    await settled();
    expect(await gate.run(async () => 3)).toBe(3);
  });

  test("never begins what waited too long, and keeps its place for nobody", async () => {
    const gate = createCpuGate({ parallel: 1, queue: 3, waitMs: 30 });
    const { begun, works, start } = openWorks(gate);
    for (let i = 0; i < 4; i += 1) start();
    expect(await Promise.all(works.slice(1).map((work) => codeOf(work.result)))).toEqual([
      "cpu.busy",
      "cpu.busy",
      "cpu.busy",
    ]);
    start();
    works[0]?.end();
    await settled();
    expect(begun).toEqual([0, 4]);
    expect(gate.load()).toEqual({ running: 1, waiting: 0, refused: 3 });
    works[4]?.end();
    await Bun.sleep(50);
    expect(begun).toEqual([0, 4]);
    expect(gate.load()).toEqual({ running: 0, waiting: 0, refused: 3 });
  });

  test("shows how much runs, waits and was refused", async () => {
    const metrics = createMetrics();
    const gate = createCpuGate({ parallel: 1, queue: 1, waitMs: 60_000 });
    watchCpuGate(metrics, gate);
    const { works, start } = openWorks(gate);
    for (let i = 0; i < 4; i += 1) start();
    const text = await metrics.exposition();
    expect(text).toContain("fintrack_cpu_gate_running 1");
    expect(text).toContain("fintrack_cpu_gate_waiting 1");
    expect(text).toContain("fintrack_cpu_gate_refused_total 2");
    for (const work of works) work.end();
  });
});
