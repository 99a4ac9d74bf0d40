import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Migration, pendingMigrations } from "#platform/db/journal";

const journals = fc
  .uniqueArray(fc.record({ when: fc.nat(1000), hash: fc.string() }), {
    selector: ({ when }) => when,
    minLength: 1,
  })
  .map((entries) =>
    entries
      .sort((a, b) => a.when - b.when)
      .map((entry, index): Migration => ({ ...entry, name: `m/${index}` })),
  );

test("pending is exactly what follows the applied ones", () => {
  fc.assert(
    fc.property(journals, fc.nat(), (journal, n) => {
      const applied = n % (journal.length + 1);
      expect(pendingMigrations(journal, journal.slice(0, applied))).toEqual(journal.slice(applied));
    }),
  );
});

test("any applied migration that was changed is refused by its name", () => {
  fc.assert(
    fc.property(journals, fc.nat(), (journal, n) => {
      const changed = n % journal.length;
      const now = journal.map((one, i) => (i === changed ? { ...one, hash: `${one.hash}!` } : one));
      expect(() => pendingMigrations(now, journal)).toThrow(`m/${changed} was changed`);
    }),
  );
});

test("a missing migration older than the newest applied is refused by its name", () => {
  fc.assert(
    fc.property(journals, fc.nat(), (journal, n) => {
      fc.pre(journal.length > 1);
      const missing = n % (journal.length - 1);
      const applied = journal.filter((_, i) => i !== missing);
      expect(() => pendingMigrations(journal, applied)).toThrow(`m/${missing} was never applied`);
    }),
  );
});
