import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { Glob } from "bun";

const ownerOf = (path: string) => /^src\/modules\/([^/]+)(\/|$)/.exec(path)?.[1] ?? null;
const transpiler = new Bun.Transpiler({ loader: "ts" });

/** The imports between modules that are left when the types are gone: what a process would really load. */
async function crossings(root: string): Promise<{ files: number; found: string[] }> {
  const found: string[] = [];
  let files = 0;
  for await (const file of new Glob("src/modules/**/*.ts").scan(root)) {
    files += 1;
    for (const { path } of transpiler.scanImports(await Bun.file(join(root, file)).text())) {
      const target = path.startsWith("#modules/")
        ? `src/modules/${path.slice("#modules/".length)}`
        : path.startsWith(".")
          ? relative(root, resolve(root, dirname(file), path))
          : "";
      const owner = ownerOf(target);
      if (owner !== null && owner !== ownerOf(file)) found.push(`${file} -> ${target}`);
    }
  }
  return { files, found: found.sort() };
}

const planted = mkdtempSync(join(tmpdir(), "runtime-graph-"));
afterAll(() => rmSync(planted, { recursive: true, force: true }));

test("modules share no import at run time: each could start in a process of its own", async () => {
  const { files, found } = await crossings(".");
  expect(found).toEqual([]);
  expect(files).toBeGreaterThanOrEqual(38);
});

test("an import, re-export, dynamic import or require of a neighbour is seen; types are not", async () => {
  mkdirSync(join(planted, "src/modules/ledger/use-cases"), { recursive: true });
  writeFileSync(
    join(planted, "src/modules/ledger/use-cases/post.ts"),
    `import type { A } from "#modules/currency/contract";
     import { rate } from "#modules/currency/domain/rate";
     export { b } from "../../currency/index.ts";
     export type { C } from "#modules/identity/contract";
     import { own } from "../domain/own.ts";
     import { one } from "#platform/kernel/money";
     const late = await import("#modules/billing/index");
     const old = require("#modules/gbs/index");
     const typed: import("#modules/admin/contract").Z = [rate, own, one, late, old];`,
  );
  const post = "src/modules/ledger/use-cases/post.ts";
  expect(await crossings(planted)).toEqual({
    files: 1,
    found: [
      `${post} -> src/modules/billing/index`,
      `${post} -> src/modules/currency/domain/rate`,
      `${post} -> src/modules/currency/index.ts`,
      `${post} -> src/modules/gbs/index`,
    ],
  });
});
