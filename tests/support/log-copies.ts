import postgres from "postgres";
import { postgresJsOptions } from "#platform/db/connection";
import type { AuditInstallation } from "./audit-installation.ts";

/** Keeps LogDB as it stands now, and can put that in its place later, as a restore from a copy does. Nobody relays meanwhile. */
export async function copyLog(installation: Pick<AuditInstallation, "launcher">) {
  const launcher = () =>
    postgres({ ...postgresJsOptions(installation.launcher("main")), max: 1, onnotice: () => {} });

  await using(launcher(), async (sql) => {
    await endSessions(sql);
    await sql.unsafe("create database log_copy template log owner fintrack_owner");
  });
  return {
    putBack: () =>
      using(launcher(), async (sql) => {
        await sql.unsafe("drop database log with (force)");
        await sql.unsafe("create database log template log_copy owner fintrack_owner");
      }),
  };
}

const endSessions = (sql: postgres.Sql) =>
  sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'log'`;

async function using(sql: postgres.Sql, work: (sql: postgres.Sql) => Promise<unknown>) {
  try {
    await work(sql);
  } finally {
    await sql.end();
  }
}
