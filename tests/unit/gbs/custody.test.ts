import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { appendEntries, type CustodyEntry, firstHead } from "#modules/gbs/domain/custody";
import { verifyChain } from "#modules/gbs/domain/verify-chain";
import { parseInstant } from "#platform/kernel/time";
import { anyStep, chainOf, createTestSeal, testDebtId } from "../../support/custody-chains.ts";

const seal = createTestSeal();
const anyTurns = fc.array(fc.array(anyStep, { maxLength: 3 }), { minLength: 1, maxLength: 5 });
const anyChain = anyTurns
  .map((turns) => chainOf(turns, seal))
  .filter(({ entries }) => entries.length > 1);
const verify = (chain: Parameters<typeof verifyChain>[0]) => verifyChain(chain, seal);
const clockStep = { kind: "overdue", actor: { role: "clock", id: null }, data: {} } as const;
const runs = { numRuns: 150 };

describe("what is recorded", () => {
  const step = {
    kind: "payment_claimed",
    actor: { role: "borrower", id: testDebtId },
    data: { amount: "12.50" },
    values: [{ name: "reference", value: "Für die Miete", owner: "both" }],
  } as const;
  const at = parseInstant("2026-11-22T09:30:00Z");
  const { entries, values, head } = appendEntries(
    { ...firstHead, debtId: testDebtId },
    [step],
    at,
    seal,
  );
  const [entry] = entries;
  const [value] = values;

  test("has one spelling, with the hash of the entry before it", () => {
    const hash = createHash("sha256")
      .update(Buffer.from(value?.salt ?? "", "hex"))
      .update("Für die Miete")
      .digest("hex");
    expect(entry?.text).toBe(
      `{"actor":{"id":"${testDebtId}","role":"borrower"},"at":"2026-11-22T09:30:00.000Z",` +
        `"data":{"amount":"12.50","reference":{"sha256":"${hash}"}},"debt":"${testDebtId}",` +
        `"kind":"payment_claimed","prev":"${"0".repeat(64)}","seq":1,"v":1}`,
    );
    expect(head).toEqual({
      length: 1,
      hash: createHash("sha256")
        .update(entry?.text ?? "")
        .digest("hex"),
    });
  });

  test("says nothing of a free text without its salt", () => {
    expect(JSON.stringify(entries)).not.toContain("Miete");
    expect(JSON.stringify(entries)).not.toContain(value?.salt ?? "");
    expect(value).toMatchObject({ seq: 1, name: "reference", value: "Für die Miete" });
  });

  test("salts the same text anew each time", () => {
    const twice = appendEntries({ ...head, debtId: testDebtId }, [step, step], at, seal);
    const hashes = twice.entries.map(({ text }) => JSON.parse(text).data.reference.sha256);
    expect(new Set(hashes).size).toBe(2);
  });

  test("cannot have two things under one name", () => {
    const [reference] = step.values;
    for (const wrong of [
      { ...step, data: { reference: "clear" } },
      { ...step, values: [reference, reference] },
    ])
      expect(() =>
        appendEntries({ ...firstHead, debtId: testDebtId }, [wrong], at, seal),
      ).toThrow();
  });
});

describe("a chain", () => {
  test("verifies, whatever happened in however many turns", () => {
    fc.assert(
      fc.property(anyTurns, (turns) => {
        expect(verify(chainOf(turns, seal))).toEqual([]);
      }),
      runs,
    );
  });

  const change = (chain: ReturnType<typeof chainOf>, entries: readonly CustodyEntry[]) =>
    verify({ debtId: chain.debtId, entries });

  test("shows a change of any character of an entry, in that entry", () => {
    const fields = ["text", "hash", "signature", "kid", "at", "kind"] as const;
    fc.assert(
      fc.property(
        anyChain,
        fc.nat(),
        fc.constantFrom(...fields),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 1 }),
        (chain, which, field, where, character) => {
          const index = which % chain.entries.length;
          const entries = chain.entries.map((entry, position) => {
            if (position !== index) return entry;
            const text = entry[field];
            const place = where % text.length;
            const changed = text.slice(0, place) + character + text.slice(place + 1);
            return { ...entry, [field]: changed };
          });
          fc.pre(entries[index]?.[field] !== chain.entries[index]?.[field]);
          expect(change(chain, entries).map(({ seq }) => seq)).toContain(index + 1);
        },
      ),
      { numRuns: 600 },
    );
  });

  test("has one spelling of each signature", () => {
    const { entries, ...chain } = chainOf([[clockStep]], seal);
    const loud = entries.map((entry) => ({ ...entry, signature: entry.signature.toUpperCase() }));
    expect(change({ entries, ...chain }, loud)).toHaveLength(1);
  });

  test("shows a removed entry, where it was", () => {
    fc.assert(
      fc.property(anyChain, fc.nat(), (chain, which) => {
        const index = which % (chain.entries.length - 1);
        const found = change(chain, chain.entries.toSpliced(index, 1));
        expect(found[0]?.seq).toBe(index + 1);
      }),
      runs,
    );
  });

  test("shows entries that changed their places, the first of them first", () => {
    fc.assert(
      fc.property(anyChain, fc.nat(), fc.nat(), (chain, one, other) => {
        const [from, to] = [one, other].map((index) => index % chain.entries.length).sort();
        fc.pre(from !== undefined && to !== undefined && from < to);
        const entries = [...chain.entries];
        const [moved] = entries.splice(to, 1);
        if (moved) entries.splice(from, 0, moved);
        expect(change(chain, entries)[0]?.seq).toBe(from + 1);
      }),
      runs,
    );
  });

  test("shows what is missing at its end to whoever kept a head", () => {
    fc.assert(
      fc.property(anyChain, fc.nat(), (chain, many) => {
        const kept = many % chain.entries.length;
        const entries = chain.entries.slice(0, kept);
        expect(change(chain, entries)).toEqual([]);
        const found = verify({ ...chain, entries });
        expect(found.map(({ seq }) => seq)).toEqual([kept + 1]);
      }),
      runs,
    );
  });

  test("is not another one of the same length, for whoever kept a head", () => {
    fc.assert(
      fc.property(anyTurns, (turns) => {
        const [chain, other] = [chainOf(turns, seal), chainOf(turns, createTestSeal())];
        fc.pre(chain.values.length > 0);
        // Other salts: other hashes of the same texts.
        const salted = chainOf(turns, { ...seal, newSalt: () => "ab".repeat(16) });
        expect(verify({ ...salted, head: chain.head }).map(({ seq }) => seq)).toEqual([
          chain.head.length,
        ]);
        expect(verify(other).length).toBeGreaterThan(0);
      }),
      { numRuns: 50 },
    );
  });

  test("shows where it was put together from two", () => {
    fc.assert(
      fc.property(anyChain, fc.nat(), (chain, which) => {
        const place = 1 + (which % (chain.entries.length - 1));
        const turns = chain.entries.map(() => [clockStep]);
        const other = chainOf(turns, seal);
        const entries = [...chain.entries.slice(0, place), ...other.entries.slice(place)];
        fc.pre(chain.entries[place - 1]?.hash !== other.entries[place - 1]?.hash);
        expect(change(chain, entries)).toEqual([
          { seq: place + 1, fault: "what it follows is not the entry before it" },
        ]);
      }),
      runs,
    );
  });

  test("is of one debt", () => {
    const chain = chainOf([[clockStep]], seal);
    const otherDebt = chain.debtId.replace("0193", "0194") as typeof chain.debtId;
    expect(verify({ ...chain, debtId: otherDebt })).toEqual([
      { seq: 1, fault: "it is of another debt" },
    ]);
  });
});
