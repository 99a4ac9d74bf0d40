import type postgres from "postgres";
import { eventually } from "./eventually.ts";
import type { DebtUser } from "./gbs.ts";
import type { ServerProcess } from "./server-process.ts";

export type CustodyConnections = { readonly owner: postgres.Sql; readonly watch: postgres.Sql };

/**
 * Lets nobody write into custody logs until it is released: whoever changes a debt waits in the middle of it, with the
 * debt's row changed and not yet committed. `watch` is of the application's own role: others do not see what its
 * connections are at.
 */
export async function holdCustodyLogs({ owner, watch }: CustodyConnections, timeoutMs: number) {
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

/** Asks a process of its own as `user`, and kills it in the middle of what it does, before that is committed. */
export async function killedWhileAsking(
  connections: CustodyConnections,
  start: () => Promise<ServerProcess>,
  asked: { readonly user: DebtUser; readonly path: string; readonly body?: object | undefined },
  timeoutMs: number,
): Promise<void> {
  const held = await holdCustodyLogs(connections, timeoutMs);
  try {
    const server = await start();
    const { user, path, body } = asked;
    const answered = fetch(`${server.url}${path}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await user.token()}`,
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).then(
      () => true,
      () => false,
    );
    await held.someoneWaits();
    server.kill("SIGKILL");
    await server.ended;
    if (await answered) throw new Error(`${path} was answered before its commit`);
  } finally {
    await held.release();
  }
  await eventually(
    "the database has taken the killed one's transaction back",
    async () => {
      const left = await connections.watch`select 1 from pg_locks
        where relation = 'gbs.custody_entries'::regclass and mode = 'RowExclusiveLock'`;
      return left.length === 0;
    },
    timeoutMs,
  );
}
