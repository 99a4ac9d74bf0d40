import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import type { ClonedDatabase } from "./test-database.ts";

/** Reads the logical messages with a prefix in the WAL (pg_walinspect), without a slot that would hold the whole cluster up. */
export async function openWalMessages(clone: ClonedDatabase, prefix = "audit") {
  const launcher = postgres({
    ...postgresJsOptions(parseConnection(clone.url("launcher"))),
    max: 1,
    onnotice: () => {},
  });
  await launcher`create extension if not exists pg_walinspect`;
  const [start] = await launcher<
    { lsn: string }[]
  >`select pg_current_wal_insert_lsn()::text as lsn`;

  return {
    /** The contents of those whose transactions committed and which contain `text`. */
    async committed(text: string): Promise<string[]> {
      await launcher`select pg_logical_emit_message(false, 'flush', '', true)`;
      const rows = await launcher<{ description: string }[]>`
        select description from pg_get_wal_records_info(${start?.lsn ?? ""}, 'FFFFFFFF/FFFFFFFF')
        where resource_manager = 'LogicalMessage' and description like ${`transactional, prefix "${prefix}"%`}
          and pg_xact_status(xid::text::xid8) = 'committed'`;
      return rows.map(({ description }) => payloadOf(description)).filter((m) => m.includes(text));
    },
    close: () => launcher.end(),
  };
}

/** `transactional, prefix "audit"; payload (3 bytes): 61 62 63` */
function payloadOf(description: string): string {
  const hex = /payload \(\d+ bytes\): ([0-9A-F ]*)$/.exec(description)?.[1] ?? "";
  return Buffer.from(hex.replaceAll(" ", ""), "hex").toString("utf8");
}
