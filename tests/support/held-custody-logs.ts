import type postgres from "postgres";
import { eventually } from "./eventually.ts";

/**
 * Lets nobody write into custody logs until it is released: whoever changes a debt waits in the middle of it, with the
 * debt's row changed and not yet committed. `watch` is of the application's own role: others do not see what its
 * connections are at.
 */
export async function holdCustodyLogs(
  { owner, watch }: { readonly owner: postgres.Sql; readonly watch: postgres.Sql },
  timeoutMs: number,
) {
  const holder = await owner.reserve();
  await holder`begin`;
  await holder`lock table gbs.custody_entries in share mode`;
  return {
    someoneWaits: () =>
      eventually(
        "somebody waits for the log",
        async () => {
          const waiting = await watch`select 1 from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'
              and query like '%custody_entries%' and pid <> pg_backend_pid()`;
          return waiting.length > 0;
        },
        timeoutMs,
      ),
    async release() {
      await holder`rollback`;
      holder.release();
    },
  };
}
