import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { zipDirectory, zipHeader } from "#modules/gbs/domain/canonical-zip";
import { firstHead } from "#modules/gbs/domain/custody";
import { crc32, newSha256 } from "#modules/gbs/gateways/checksums";
import { type DossierSource, textSource, writeDossier } from "#modules/gbs/use-cases/write-dossier";
import { testDebtId } from "../../support/custody-chains.ts";
import { openTestSigner, packed, sha256Of, unpacked } from "../../support/dossiers.ts";
import { recordLog } from "../../support/log-lines.ts";
import { createTestClock } from "../../support/test-app.ts";

const deps = {
  custodySigner: openTestSigner(),
  newSha256,
  crc32,
  logger: recordLog("error").logger,
};
const facts = {
  ...{ debtId: testDebtId, madeAt: createTestClock().now(), chain: firstHead },
  madeFor: { role: "lender", id: testDebtId },
} as const;

async function written(sources: readonly DossierSource[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeDossier(deps, facts, sources)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Tells how often it was opened and closed. */
function watched(name: string, chunks: readonly string[]) {
  const seen = { opened: 0, closed: 0 };
  const source: DossierSource = {
    name,
    async *open() {
      seen.opened += 1;
      try {
        for (const chunk of chunks) yield Buffer.from(chunk);
      } finally {
        seen.closed += 1;
      }
    },
  };
  return { seen, source };
}

describe("a written dossier", () => {
  test("is the one zip that there is of its files, in whatever pieces they come", async () => {
    const anyName = fc.stringMatching(/^[a-z][a-z0-9.-]{0,12}$/);
    const anyFiles = fc.uniqueArray(fc.tuple(anyName, fc.array(fc.string(), { maxLength: 4 })), {
      ...{ selector: ([name]) => name, minLength: 1, maxLength: 6 },
    });
    await fc.assert(
      fc.asyncProperty(anyFiles, async (files) => {
        fc.pre(!files.some(([name]) => name.startsWith("manifest.")));
        const zip = await written(files.map(([name, chunks]) => watched(name, chunks).source));
        const found = unpacked(zip);
        expect(zip.equals(packed(found))).toBe(true);
        for (const [name, chunks] of files)
          expect(found.get(name)?.toString()).toBe(chunks.join(""));
        const { files: listed } = JSON.parse(found.get("manifest.json")?.toString() ?? "");
        expect(listed).toEqual(
          files
            .map(([name, chunks]) => {
              const bytes = Buffer.from(chunks.join(""));
              return { name, sizeBytes: bytes.length, sha256: sha256Of(bytes) };
            })
            .sort((a, b) => (a.name < b.name ? -1 : 1)),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("fails before its first byte when a file is not what it must be", async () => {
    const source = { ...textSource("agreement-1.pdf", "other"), expected: sha256Of("agreement") };
    const chunks = writeDossier(deps, facts, [textSource("a.txt", "a"), source]);
    await expect(chunks.next()).rejects.toMatchObject({ code: "gbs.file_unavailable" });
  });

  test("does what a file wants done before its first byte leaves, and only when all can be sent", async () => {
    let done = 0;
    const { seen, source } = watched("a.txt", ["1"]);
    const wanting: DossierSource = {
      ...source,
      async beforeSent() {
        expect(seen).toEqual({ opened: 1, closed: 1 });
        done += 1;
      },
    };
    const broken = { ...textSource("b.txt", "other"), expected: sha256Of("b") };
    const failing = writeDossier(deps, facts, [wanting, broken]);
    await expect(failing.next()).rejects.toMatchObject({ code: "gbs.file_unavailable" });
    expect(done).toBe(0);
    [seen.opened, seen.closed] = [0, 0];
    const chunks = writeDossier(deps, facts, [textSource("b.txt", "b"), wanting]);
    expect(done).toBe(0);
    await chunks.next();
    expect(done).toBe(1);
    await chunks.return();
    const refusing = { ...source, beforeSent: () => Promise.reject(new Error("not on record")) };
    await expect(writeDossier(deps, facts, [refusing]).next()).rejects.toThrow("not on record");
  });

  test("breaks off when a file changes between its readings", async () => {
    let readings = 0;
    const source: DossierSource = {
      name: "a.txt",
      async *open() {
        readings += 1;
        yield Buffer.from(readings === 1 ? "one" : "two");
      },
    };
    await expect(written([source])).rejects.toThrow("has changed");
  });

  test("closes what it has opened when nobody takes it any more", async () => {
    const { seen, source } = watched("b.txt", ["1", "2", "3"]);
    const chunks = writeDossier(deps, facts, [textSource("a.txt", "a"), source]);
    let taken = "";
    while (!taken.endsWith("1")) taken += Buffer.from((await chunks.next()).value ?? "").toString();
    expect(seen).toEqual({ opened: 2, closed: 1 });
    await chunks.return();
    expect(seen).toEqual({ opened: 2, closed: 2 });
  });
});

describe("a zip with one spelling", () => {
  const member = (name: string) => ({ name, sizeBytes: 1, crc32: 0 });

  test("takes no names but plain ones, in their order, each once", () => {
    for (const names of [["b", "a"], ["a", "a"], ["../a"], ["a/b"], [".a"], ["ä"], [""], ["a b"]])
      expect(() => zipDirectory(names.map(member))).toThrow("not a name in its order");
    expect(zipDirectory(["B", "a"].map(member)).length).toBeGreaterThan(0);
  });

  test("is never larger than the format can say", () => {
    const half = { name: "a", sizeBytes: 2 ** 31, crc32: 0 };
    expect(() => zipDirectory([half, { ...half, name: "b" }])).toThrow("more than a zip holds");
    expect(zipHeader(half).length).toBe(31);
  });

  test("has the checksums that everybody has", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
        const both = Buffer.concat([one, other]);
        expect(crc32(other, crc32(one))).toBe(Bun.hash.crc32(both));
      }),
    );
  });
});
