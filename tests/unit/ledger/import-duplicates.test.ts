import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  type ComparedRow,
  createDuplicateFinder,
  likenessWords,
} from "#modules/ledger/domain/import-duplicates";
import type { DecimalString } from "#platform/kernel/decimal";
import type { LocalDate } from "#platform/kernel/time";

const row = (
  externalId: string | null,
  amount = "-4.50",
  payee = "Bäckerei Kaya",
  date = "2026-03-01",
): ComparedRow => ({
  externalId,
  amount: amount as DecimalString,
  date: date as LocalDate,
  words: likenessWords(payee, null),
});

function duplicatesOf(file: readonly ComparedRow[], account: readonly ComparedRow[]): number[] {
  const finder = createDuplicateFinder();
  for (const [index, one] of file.entries()) finder.addRow(index + 1, one);
  for (const one of account) finder.addRecorded(one);
  return finder.duplicates().toSorted((a, b) => a - b);
}

describe("without an id of the bank", () => {
  test("two equal purchases stay two", () => {
    expect(duplicatesOf([row(null), row(null)], [])).toEqual([]);
  });
  test("two in the file and one in the account are one more", () => {
    expect(duplicatesOf([row(null), row(null)], [row(null)])).toEqual([1]);
  });
  test("a day, an amount, a sign or another payee makes another one", () => {
    const others = [
      row(null, "-4.51"),
      row(null, "4.50"),
      row(null, "-4.50", "Other"),
      row(null, "-4.50", "Bäckerei Kaya", "2026-03-02"),
    ];
    expect(duplicatesOf(others, [row(null)])).toEqual([]);
  });
  test("case, spaces, marks and trailing zeros are no difference", () => {
    expect(duplicatesOf([row(null, "-4.5", "  BÄCKEREI-kaya ")], [row(null)])).toEqual([1]);
    expect(duplicatesOf([row(null, "-100", "IŞIK")], [row(null, "-100.00", "Işık")])).toEqual([1]);
    expect(duplicatesOf([row(null, "-100")], [row(null, "-1")])).toEqual([]);
  });
  test("one that was recorded with an id counts as well", () => {
    expect(duplicatesOf([row(null)], [row("a")])).toEqual([1]);
  });
});

describe("with an id of the bank", () => {
  test("the id alone decides, whatever else was changed since", () => {
    const changed = row("a", "-99", "Renamed", "2020-01-01");
    expect(duplicatesOf([row("a")], [changed])).toEqual([1]);
    expect(duplicatesOf([row("b")], [row("a"), row(null)])).toEqual([]);
  });
  test("a row with the id of one before it is a duplicate", () => {
    expect(duplicatesOf([row("a"), row("b"), row("a", "1")], [])).toEqual([3]);
    expect(duplicatesOf([row("a"), row("a")], [row("a")])).toEqual([1, 2]);
  });
  test("what is known by its id is not also taken for its looks", () => {
    expect(duplicatesOf([row("a"), row(null)], [row("a")])).toEqual([1]);
    expect(duplicatesOf([row("a"), row(null)], [row("a"), row("a")])).toEqual([1]);
    expect(duplicatesOf([row("a"), row(null)], [row("a"), row("b")])).toEqual([1, 2]);
  });
});

test("what the account has can be told anew: as if nothing had been told before", () => {
  const finder = createDuplicateFinder();
  for (const [index, one] of [row(null), row(null), row("a"), row("a")].entries())
    finder.addRow(index + 1, one);
  for (const one of [row(null), row("a")]) finder.addRecorded(one);
  finder.addKnownId("a");
  finder.forgetRecorded();
  expect(finder.duplicates()).toEqual([4]);
  finder.addRecorded(row(null));
  expect(finder.duplicates().toSorted()).toEqual([1, 4]);
});

/** Few values each, so that much is alike. */
const rows = fc.array(
  fc
    .record({
      externalId: fc.option(fc.constantFrom("a", "b", "c"), { freq: 1 }),
      amount: fc.constantFrom("1", "1.0", "-1", "2"),
      payee: fc.constantFrom("Ege", "EGE ", "Su"),
      date: fc.constantFrom("2026-01-01", "2026-01-02"),
    })
    .map(({ externalId, amount, payee, date }) => row(externalId, amount, payee, date)),
  { maxLength: 12 },
);
/** An account has each id once. */
const account = rows.map((all) =>
  all.filter(
    ({ externalId }, index) =>
      externalId === null || all.findIndex((other) => other.externalId === externalId) === index,
  ),
);
const isNew = (file: readonly ComparedRow[], found: readonly number[]) =>
  file.filter((_, index) => !found.includes(index + 1));

describe("for any file and account", () => {
  test("what was imported is not imported again", () => {
    fc.assert(
      fc.property(rows, account, (file, before) => {
        const after = [...before, ...isNew(file, duplicatesOf(file, before))];
        expect(isNew(file, duplicatesOf(file, after))).toEqual([]);
      }),
    );
  });

  test("taking one recorded row at most once, each duplicate has one of its own", () => {
    fc.assert(
      fc.property(rows, account, (file, recorded) => {
        const found = duplicatesOf(file, recorded);
        const repeatedIds = file.filter(
          ({ externalId }, index) =>
            externalId !== null &&
            file.findIndex((other) => other.externalId === externalId) < index,
        );
        expect(found.length).toBeLessThanOrEqual(recorded.length + repeatedIds.length);
      }),
    );
  });

  test("of rows without an id, the account then has as many of each kind as the larger of both", () => {
    fc.assert(
      fc.property(rows, account, (file, before) => {
        const plain = file.map((one) => ({ ...one, externalId: null }));
        const plainBefore = before.map((one) => ({ ...one, externalId: null }));
        const kindOf = (one: ComparedRow) => `${one.date} ${Number(one.amount)} ${one.words}`;
        const count = (all: readonly ComparedRow[], kind: string) =>
          all.filter((one) => kindOf(one) === kind).length;
        const after = [...plainBefore, ...isNew(plain, duplicatesOf(plain, plainBefore))];
        for (const kind of new Set([...plain, ...plainBefore].map(kindOf)))
          expect(count(after, kind)).toBe(Math.max(count(plain, kind), count(plainBefore, kind)));
      }),
    );
  });

  test("the order in which the account tells what it has does not matter", () => {
    fc.assert(
      fc.property(rows, account, (file, recorded) => {
        expect(duplicatesOf(file, recorded.toReversed())).toEqual(duplicatesOf(file, recorded));
      }),
    );
  });
});
