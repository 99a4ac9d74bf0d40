import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { YAML } from "bun";

export const prometheusDir = join(import.meta.dir, "../../deploy/prometheus");
export const ruleFiles = readdirSync(join(prometheusDir, "rules"))
  .sort()
  .map((name) => join(prometheusDir, "rules", name));

export type Rule = {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: { readonly severity?: string };
  readonly annotations?: { readonly summary?: string; readonly runbook_url?: string };
};
export type RuleGroup = { readonly name: string; readonly rules: readonly Rule[] };

const groupsIn = (file: string): readonly RuleGroup[] =>
  (YAML.parse(readFileSync(file, "utf8")) as { groups: RuleGroup[] }).groups;

export const ruleGroups: readonly RuleGroup[] = ruleFiles.flatMap(groupsIn);
export const rules: readonly Rule[] = ruleGroups.flatMap((group) => group.rules);
export const alerts = rules.flatMap((rule) =>
  rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }],
);
