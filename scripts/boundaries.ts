import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { cruise, type ICruiseResult } from "dependency-cruiser";
import extractOptions from "dependency-cruiser/config-utl/extract-depcruise-options";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";

export type Breach = { readonly rule: string; readonly from: string; readonly to: string };
export type BoundaryReport = {
  /** Source files that were read; under TypeScript 7 the tool reads none and finds nothing wrong. */
  readonly files: number;
  readonly breaches: readonly Breach[];
};

const projectDir = resolve(import.meta.dir, "..");

/** Checks `src` under `baseDir` (a project with package.json and tsconfig.json) against .dependency-cruiser.mjs. */
export async function checkBoundaries(baseDir = projectDir): Promise<BoundaryReport> {
  const options = await extractOptions(join(projectDir, ".dependency-cruiser.mjs"));
  const tsConfig = extractTsConfig(join(baseDir, "tsconfig.json"));
  const { output } = await cruise(["src"], { ...options, baseDir, outputType: "json" }, undefined, {
    tsConfig,
  });
  const result: ICruiseResult = typeof output === "string" ? JSON.parse(output) : output;
  return {
    files: result.modules.filter((module) => module.source.startsWith("src/")).length,
    breaches: [
      ...result.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
      ...undeclaredFolders(
        baseDir,
        options.ruleSet?.forbidden?.map((rule) => rule.name ?? "") ?? [],
      ),
    ],
  };
}

/** A module whose files import nothing and that nothing imports would pass every rule about imports. */
function undeclaredFolders(baseDir: string, ruleNames: readonly string[]): Breach[] {
  return readdirSync(join(baseDir, "src/modules"), { withFileTypes: true })
    .filter((entry) => !(entry.isDirectory() && ruleNames.includes(`neighbours-of-${entry.name}`)))
    .map(({ name }) => ({ rule: "undeclared-folder", from: `src/modules/${name}`, to: "" }));
}
