import { type SQL, sql } from "drizzle-orm";
import type { Reader } from "#platform/db/database";

type Node = {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly Node[];
};

export type Touched = {
  /** That came out of tables and indexes, wanted or not. */
  readonly rows: number;
  readonly sequentialScans: readonly string[];
  readonly indexes: readonly string[];
};

/** A reader whose raw statements are run by EXPLAIN ANALYZE, and what they touched so far. */
export function explainedReader(reader: Reader) {
  const roots: Node[] = [];
  const execute = async (statement: SQL) => {
    const [row] = await reader.execute<{ "QUERY PLAN": { Plan: Node }[] }>(
      sql`explain (analyze, format json, timing off) ${statement}`,
    );
    const plan = row?.["QUERY PLAN"][0]?.Plan;
    if (!plan) throw new Error("there is no plan");
    roots.push(plan);
    return [];
  };
  return {
    reader: { execute } as unknown as Reader,
    touched(): Touched {
      const nodes = roots.flatMap(nodesOf);
      const scans = nodes.filter(
        (node) => node["Node Type"].includes("Scan") && node["Actual Loops"] > 0,
      );
      return {
        rows: scans.reduce((sum, node) => sum + rowsOf(node), 0),
        sequentialScans: scans
          .filter((node) => node["Node Type"] === "Seq Scan")
          .map((node) => node["Relation Name"] ?? ""),
        indexes: [...new Set(scans.flatMap((node) => node["Index Name"] ?? []))].toSorted(),
      };
    },
  };
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** Rows are given as the mean of all loops. */
const rowsOf = (node: Node): number =>
  Math.round(
    node["Actual Loops"] *
      (node["Actual Rows"] +
        (node["Rows Removed by Filter"] ?? 0) +
        (node["Rows Removed by Index Recheck"] ?? 0)),
  );
