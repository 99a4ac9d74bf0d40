import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { maxCategories } from "#modules/ledger/bounds";
import {
  activeBranch,
  archivedBranch,
  type CategoryTree,
  maxCategoryDepth,
  requireMovable,
  requireParent,
  requireRoom,
} from "#modules/ledger/domain/category-tree";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Instant } from "#platform/kernel/time";

type Node = CategoryTree[number];
const idOf = (number: number) =>
  `01936f2e-7b3c-7a11-9d55-${String(number).padStart(12, "0")}` as Id;
const node = (number: number, parent: number | null = null, more: Partial<Node> = {}): Node => ({
  ...{ id: idOf(number), parentId: parent === null ? null : idOf(parent) },
  ...{ kind: "expense", isUncategorised: false, archivedAt: null, ...more },
});
const at = (second: number) => new Date(second * 1000).toISOString() as Instant;

/** The code of what is thrown, the field of an invalid one; "ok" when nothing is. */
function outcomeOf(work: () => unknown): string {
  try {
    work();
    return "ok";
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.kind === "invalid" ? (error.fields[0]?.path ?? "") : error.code;
  }
}

describe("a parent", () => {
  const tree = [
    ...[node(1), node(2, 1), node(3, 2), node(4, 3), node(5), node(6, 5)],
    node(7, null, { kind: "income" }),
    node(8, null, { isUncategorised: true }),
    node(9, null, { archivedAt: at(1) }),
  ];
  const expense = { id: null, kind: "expense" } as const;
  test.each<[string, { id: Id | null; kind: "income" | "expense" }, Id | null, string]>([
    ["none", expense, null, "ok"],
    ["one at the top", expense, idOf(1), "ok"],
    ["one at the third level", expense, idOf(3), "ok"],
    ["one at the fourth level", expense, idOf(4), "/parentId"],
    ["itself", node(1), idOf(1), "/parentId"],
    ["one below it", node(1), idOf(4), "/parentId"],
    ["one elsewhere, for a branch that fits", node(5), idOf(2), "ok"],
    ["one elsewhere, for a branch that is too high", node(5), idOf(3), "/parentId"],
    ["one of the other kind", expense, idOf(7), "/parentId"],
    ["that for what has no other", expense, idOf(8), "ledger.category_fixed"],
    ["an archived one", expense, idOf(9), "ledger.category_archived"],
    ["one that is not there", expense, idOf(99), "ledger.category_not_found"],
  ])("may be, or not: %s", (_what, child, parentId, outcome) => {
    expect(outcomeOf(() => requireParent(tree, child, parentId))).toBe(outcome);
  });
});

test("archiving takes what is active below, restoring what was archived with it", () => {
  const before = [node(1), node(2, 1), node(3, 2), node(4, 1, { archivedAt: at(1) }), node(5, 4)];
  expect(activeBranch(before, idOf(1)).toSorted()).toEqual([idOf(1), idOf(2), idOf(3)]);
  const archived = before.map((one) =>
    [idOf(1), idOf(2), idOf(3)].includes(one.id) ? { ...one, archivedAt: at(2) } : one,
  );
  const [first = node(1), second = node(2)] = archived;
  expect(archivedBranch(archived, first).toSorted()).toEqual([idOf(1), idOf(2), idOf(3)]);
  expect(outcomeOf(() => archivedBranch(archived, second))).toBe("ledger.category_archived");
});

test("the one for what has no other stays where it is", () => {
  expect(outcomeOf(() => requireMovable(node(1, null, { isUncategorised: true })))).toBe(
    "ledger.category_fixed",
  );
  expect(outcomeOf(() => requireMovable(node(1)))).toBe("ok");
});

test("a book has room for so many", () => {
  const tree = Array.from({ length: maxCategories }, (_, index) => node(index));
  expect(outcomeOf(() => requireRoom(tree))).toBe("ledger.too_many_categories");
  expect(outcomeOf(() => requireRoom(tree.slice(1)))).toBe("ok");
});

/** What people do with categories, wild ones too. */
const step = fc.oneof(
  fc.record({
    do: fc.constant("create" as const),
    parent: fc.option(fc.nat(14)),
    income: fc.boolean(),
  }),
  fc.record({ do: fc.constant("move" as const), id: fc.nat(14), parent: fc.option(fc.nat(14)) }),
  fc.record({ do: fc.constant("archive" as const), id: fc.nat(14) }),
  fc.record({ do: fc.constant("restore" as const), id: fc.nat(14) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** The tree after a step that was allowed; as it was after any other. `second` = when; it need not move on. */
function after(tree: CategoryTree, asked: Step, second: number): CategoryTree {
  const known = (number: number) => tree.find(({ id }) => id === idOf(number));
  const set = (ids: readonly Id[], archivedAt: Instant | null) =>
    tree.map((one) => (ids.includes(one.id) ? { ...one, archivedAt } : one));
  const parentId = "parent" in asked && asked.parent !== null ? idOf(asked.parent) : null;
  if (asked.do === "create") {
    const kind = asked.income ? "income" : "expense";
    const refused = outcomeOf(() => requireParent(tree, { id: null, kind }, parentId)) !== "ok";
    return refused ? tree : [...tree, { ...node(tree.length), parentId, kind }];
  }
  const one = known(asked.id);
  if (!one) return tree;
  if (asked.do === "archive")
    return one.archivedAt === null ? set(activeBranch(tree, one.id), at(second)) : tree;
  if (asked.do === "restore") {
    if (one.archivedAt === null || outcomeOf(() => archivedBranch(tree, one)) !== "ok") return tree;
    return set(archivedBranch(tree, one), null);
  }
  if (outcomeOf(() => requireParent(tree, one, parentId)) !== "ok") return tree;
  return tree.map((other) => (other.id === one.id ? { ...other, parentId } : other));
}

/** What must hold of every book, whatever was done to it: by walking up from each category. */
function faultsOf(tree: CategoryTree): string[] {
  return tree.flatMap((one) => {
    const path = [one];
    for (let next = one; next.parentId !== null; ) {
      const parent = tree.find(({ id }) => id === next.parentId);
      if (!parent) return ["a parent is missing"];
      if (path.includes(parent)) return ["a cycle"];
      path.push(parent);
      next = parent;
    }
    return [
      ...(path.length > maxCategoryDepth ? ["too deep"] : []),
      ...(path.some(({ kind }) => kind !== one.kind) ? ["two kinds in a branch"] : []),
      ...(one.archivedAt === null && path.some(({ archivedAt }) => archivedAt !== null)
        ? ["active below an archived one"]
        : []),
    ];
  });
}

test("any sequence of changes keeps forests: no cycle, one kind, four levels, nothing active below what is archived", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(step, fc.nat(1)), { minLength: 1, maxLength: 60 }), (steps) => {
      let tree: CategoryTree = [node(0), node(1, 0), node(2, 1), node(3)];
      let second = 1;
      for (const [asked, passes] of steps) {
        second += passes;
        tree = after(tree, asked, second);
        expect(faultsOf(tree)).toEqual([]);
      }
    }),
    { numRuns: 300 },
  );
});

test("archiving and restoring at once leaves everything as it was", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.nat(14), (steps, chosen) => {
      let tree: CategoryTree = [node(0), node(1, 0), node(2, 1), node(3)];
      for (const [index, asked] of steps.entries()) tree = after(tree, asked, index);
      const one = tree.find(({ id }) => id === idOf(chosen));
      if (!one || one.archivedAt !== null) return;
      const archived = after(tree, { do: "archive", id: chosen }, 1_000);
      expect(after(archived, { do: "restore", id: chosen }, 1_001)).toEqual(tree);
    }),
    { numRuns: 300 },
  );
});
