import { describe, expect, test } from "bun:test";
import { maxTags } from "#modules/ledger/bounds";
import type { Transaction } from "#modules/ledger/contract";
import { bulkChanged, readBulkChange, skippedBy } from "#modules/ledger/domain/bulk-change";

const categoryId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
const before = {
  ...{ kind: "expense", payee: "Shop", note: "weekly", tags: ["a", "b"], cleared: false },
  splits: [{ categoryId: "other", amount: "1.00", note: "part" }],
} as unknown as Transaction;
const changed = (change: Parameters<typeof readBulkChange>[0], one = before) =>
  bulkChanged(one, readBulkChange(change));

describe("a bulk change", () => {
  test("is nothing when everything is so already", () => {
    for (const change of [
      { payee: " Shop " },
      { note: "weekly" },
      { cleared: false },
      { addTags: ["b", "a"] },
      { removeTags: ["c"] },
    ])
      expect(changed(change)).toBe(before);
  });

  test("keeps what it does not name", () => {
    expect(changed({ note: null })).toEqual({ ...before, note: null });
    expect(changed({ cleared: true })).toEqual({ ...before, cleared: true });
  });

  test("takes tags away before it adds others, each once", () => {
    expect(changed({ removeTags: ["a"], addTags: ["c", "b", "c"] }).tags).toEqual(["b", "c"]);
    expect(changed({ removeTags: ["a"], addTags: ["a"] }).tags).toEqual(["b", "a"]);
  });

  test("gives a category to one part, which keeps its amount and note, and not to several", () => {
    expect(changed({ categoryId }).splits as object[]).toEqual([
      { categoryId, amount: "1.00", note: "part" },
    ]);
    const [part] = before.splits;
    if (!part) throw new Error("no part");
    const several = { ...before, splits: [part, part] };
    expect(changed({ categoryId }, several)).toBe(several);
    const transfer = { ...before, kind: "transfer", splits: [] } as Transaction;
    expect(changed({ categoryId }, transfer)).toBe(transfer);
    const opening = { kind: "opening", splits: [] } as const;
    const matched = [before, several, transfer, opening, several];
    expect(skippedBy(matched, readBulkChange({ categoryId }))).toEqual({
      ...{ skippedSplits: 2, skippedTransfers: 1, skippedOpenings: 1 },
    });
    expect(skippedBy(matched, readBulkChange({ cleared: true }))).toEqual({
      ...{ skippedSplits: 0, skippedTransfers: 0, skippedOpenings: 1 },
    });
  });

  test("refuses more tags than one may have, and lets go of some that are too many", () => {
    const tags = Array.from({ length: maxTags }, (_, number) => `tag ${number}`);
    const full = { ...before, tags };
    expect(() => changed({ addTags: ["one more"] }, full)).toThrow("more than the 20 tags");
    expect(changed({ addTags: ["one more"], removeTags: ["tag 0"] }, full).tags).toHaveLength(
      maxTags,
    );
  });
});
