import { sql } from "drizzle-orm";
import fc from "fast-check";
import type { OpenDatabase } from "#platform/db/client";
import type { Tx } from "#platform/db/database";
import { systemContext } from "#platform/kernel/context";
import type { Id } from "#platform/kernel/ids";
import { systemIds } from "#platform/system";
import { accounts, post, transfer } from "./till.ts";

type Step =
  | { readonly kind: "insert"; readonly rows: number }
  /** Changes a row of each of two tables. */
  | { readonly kind: "post"; readonly account: number }
  | { readonly kind: "passing" }
  | { readonly kind: "savepoint"; readonly steps: readonly Step[]; readonly isUndone: boolean };
export type Write =
  | { readonly kind: "transaction"; readonly steps: readonly Step[]; readonly isUndone: boolean }
  /** One statement, whose context may follow its rows. */
  | { readonly kind: "statement"; readonly from: number; readonly to: number };

/** What happens to the relay and its connections meanwhile. */
export const disturbances = ["cut", "away", "log backend", "walsender", "relay"] as const;
export type Disturbance = {
  readonly kind: (typeof disturbances)[number];
  readonly afterMs: number;
};

export type Scenario = {
  /** What each of the writers does, one after the other; the writers at once. */
  readonly writers: readonly (readonly Write[])[];
  readonly disturbances: readonly Disturbance[];
  /** Larger transactions are read twice. */
  readonly maxParts: number;
};

const accountCount = 6;
const account = fc.nat({ max: accountCount - 1 });
const plainStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("insert" as const), rows: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant("post" as const), account }),
  fc.record({ kind: fc.constant("passing" as const) }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: plainStep },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("savepoint" as const),
      steps: fc.array(plainStep, { minLength: 1, maxLength: 3 }),
      isUndone: fc.boolean(),
    }),
  },
);
const write: fc.Arbitrary<Write> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("transaction" as const),
      steps: fc.array(step, { minLength: 1, maxLength: 4 }),
      isUndone: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("statement" as const), from: account, to: account }),
  },
);
export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  writers: fc.array(fc.array(write, { minLength: 5, maxLength: 25 }), {
    minLength: 2,
    maxLength: 5,
  }),
  disturbances: fc.array(
    fc.record({
      kind: fc.constantFrom(...disturbances),
      afterMs: fc.integer({ min: 0, max: 150 }),
    }),
    { maxLength: 3 },
  ),
  maxParts: fc.constantFrom(4, 30, 5_000),
});

/** Rows that each request has changed for good; of those that were undone, 0. */
export type Changed = ReadonlyMap<string, number>;

const undone = new Error("undone");

/** Writes as the scenario says, into a book of its own. */
export async function writeScenario(
  database: OpenDatabase,
  { writers }: Pick<Scenario, "writers">,
): Promise<Changed> {
  const bookId = systemIds.next();
  const shared = Array.from({ length: accountCount }, () => systemIds.next());
  const changed = new Map<string, number>();
  const context = () => systemContext("job:test", systemIds.next());

  const first = context();
  await database.transact(first, (tx) => insert(tx, bookId, shared));
  changed.set(first.requestId, shared.length);

  async function perform(write: Write): Promise<void> {
    const ctx = context();
    if (write.kind === "statement") {
      const [from, to] = [idAt(write.from), idAt(write.to)];
      const row = await database.writeOne(ctx, transfer(bookId, from, to, "1.5"));
      changed.set(ctx.requestId, row === undefined ? 0 : 4);
      return;
    }
    try {
      const rows = await database.transact(ctx, async (tx) => {
        const count = await performSteps(tx, write.steps);
        if (write.isUndone) throw undone;
        return count;
      });
      changed.set(ctx.requestId, rows);
    } catch (error) {
      if (error !== undone) throw error;
      changed.set(ctx.requestId, 0);
    }
  }

  /** Gives how many rows were changed. */
  async function performSteps(tx: Tx, steps: readonly Step[]): Promise<number> {
    let count = 0;
    for (const step of steps) count += await performStep(tx, step);
    return count;
  }

  async function performStep(tx: Tx, step: Step): Promise<number> {
    switch (step.kind) {
      case "insert": {
        const ids = Array.from({ length: step.rows }, () => systemIds.next());
        await insert(tx, bookId, ids);
        return ids.length;
      }
      case "post":
        await post(tx, idAt(step.account), "0.25");
        return 2;
      case "passing": {
        const id = systemIds.next();
        await insert(tx, bookId, [id]);
        await tx.execute(sql`delete from till.accounts where id = ${id}`);
        return 2;
      }
      case "savepoint":
        try {
          return await tx.transaction(async (inner) => {
            const count = await performSteps(inner as unknown as Tx, step.steps);
            if (step.isUndone) throw undone;
            return count;
          });
        } catch (error) {
          if (error !== undone) throw error;
          return 0;
        }
    }
  }

  function idAt(index: number): Id {
    const id = shared[index];
    if (!id) throw new Error("no such account");
    return id;
  }

  await Promise.all(
    writers.map(async (writes) => {
      for (const write of writes) await perform(write);
    }),
  );
  return changed;
}

const insert = async (tx: Tx, bookId: Id, ids: readonly Id[]): Promise<void> => {
  await tx.insert(accounts).values(ids.map((id) => ({ id, bookId, balance: "0" as never })));
};
