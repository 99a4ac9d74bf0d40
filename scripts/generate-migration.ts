/**
 * `bun run db:generate <module> <verb_noun>`: writes drizzle/<module>/NNNN_<verb_noun>.sql with what changed in the
 * module's tables since its last migration. `platform` and `log` are modules here, too.
 */
import { join } from "node:path";
import { Glob } from "bun";

const root = join(import.meta.dir, "..");
const [module = "", name = ""] = Bun.argv.slice(2);
if (!/^[a-z]+$/.test(module) || !/^[a-z]+(_[a-z0-9]+)+$/.test(name)) {
  console.error("usage: bun run db:generate <module> <verb_noun>");
  process.exit(2);
}

const tables = sources(module);
if (tables.length === 0) {
  console.error(`no tables.ts of ${module} found`);
  process.exit(2);
}
const child = Bun.spawn(
  [
    ...[process.execPath, "--bun", "drizzle-kit", "generate", "--dialect=postgresql"],
    // Given twice, only the last one would count.
    `--schema=${tables.length === 1 ? tables[0] : `{${tables.join(",")}}`}`,
    ...[`--out=drizzle/${module}`, `--name=${name}`],
  ],
  { cwd: root, stdio: ["inherit", "inherit", "inherit"] },
);
process.exit(await child.exited);

function sources(of: string): string[] {
  if (of === "log") return ["src/platform/audit/tables.ts"];
  const patterns =
    of === "platform"
      ? ["src/platform/{attempts,backup,db,jobs}/tables.ts", "src/platform/audit/*/tables.ts"]
      : [`src/modules/${of}/storage/{tables,*-tables}.ts`];
  return patterns.flatMap((pattern) => [...new Glob(pattern).scanSync(root)]).sort();
}
