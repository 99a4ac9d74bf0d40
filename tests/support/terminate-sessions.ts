import postgres from "postgres";
import { parseConnection, postgresJsOptions } from "#platform/db/connection";
import type { ClonedDatabase } from "./test-database.ts";

/** What PostgreSQL waits for a session that it was told to end. */
const endsWithinMs = 20_000;

/** Ends the sessions of that name in this database, as an administrator would; they are gone when it resolves. */
export async function terminateSessions(
  database: Pick<ClonedDatabase, "url">,
  applicationName: string,
): Promise<void> {
  const launcher = postgres({
    ...postgresJsOptions(parseConnection(database.url("launcher"))),
    max: 1,
  });
  await launcher`select pg_terminate_backend(pid, ${endsWithinMs}) from pg_stat_activity
    where application_name = ${applicationName} and datname = current_database()`;
  await launcher.end({ timeout: 1 });
}
