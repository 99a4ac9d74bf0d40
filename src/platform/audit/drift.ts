import { publishedEvents } from "../db/audited.ts";
import type { DatabaseLayout } from "../db/layout.ts";
import type { Instant } from "../kernel/time.ts";
import type { EntryDraft } from "./entry.ts";
import type { PublishedTable } from "./main-source.ts";

/** What the publication has to hold, whole: "schema.table" and pg_class.relreplident. */
export type ExpectedTable = Pick<PublishedTable, "table" | "identity">;

/** `faults`: sentences that name tables; empty = all is as it has to be. */
export type Drift = { readonly faults: readonly string[] };

export const expectedTables = (layout: Pick<DatabaseLayout, "schemas">): readonly ExpectedTable[] =>
  layout.schemas.flatMap(({ name, tables }) =>
    Object.entries(tables).flatMap(([table, mode]) =>
      mode === "none" ? [] : [{ table: `${name}.${table}`, identity: mode === "full" ? "f" : "d" }],
    ),
  );

/** Compares what is published with what the modules declare: whoever narrows the publication hides changes. */
export function findDrift(
  published: { readonly tables: readonly PublishedTable[]; readonly events: string },
  expected: readonly ExpectedTable[],
): Drift {
  const found = new Map(published.tables.map((one) => [one.table, one]));
  const wanted = new Map(expected.map(({ table, identity }) => [table, identity]));
  const faults: string[] = [];
  if (published.events !== publishedEvents)
    faults.push(`the publication tells only: ${published.events || "nothing"}`);
  for (const [table, identity] of wanted) {
    const has = found.get(table);
    if (has === undefined) faults.push(`${table} is not published`);
    else {
      if (has.identity !== identity)
        faults.push(`${table} has replica identity ${has.identity} instead of ${identity}`);
      if (has.filter !== null)
        faults.push(`${table} is published only where ${shortened(has.filter)}`);
      if (has.columns !== null)
        faults.push(`${table} is published only with ${shortened(has.columns.join(", "))}`);
    }
  }
  for (const table of found.keys())
    if (!wanted.has(table)) faults.push(`${table} is published and no module's`);
  return { faults: faults.sort() };
}

/** In characters: what stands behind "only" is somebody else's text. */
const maxToldLength = 200;
const shortened = (text: string): string =>
  text.length > maxToldLength ? `${text.slice(0, maxToldLength)}…` : text;

/** Without faults: that all is well again. */
export const driftDraft = ({ faults }: Drift, at: Instant): EntryDraft => ({
  kind: "drift",
  at,
  data: { faults },
});
