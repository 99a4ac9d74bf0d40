import { databaseFailure } from "./failures.ts";
import type { PoolClient } from "./pool.ts";

/** See {@link OpenDatabase.emitMessage}. */
export const createEmitMessage =
  (client: PoolClient) =>
  async (prefix: string, content: string): Promise<void> => {
    try {
      await client.unsafe("select pg_logical_emit_message(true, $1, $2::text)", [prefix, content], {
        prepare: true,
      });
    } catch (error) {
      throw databaseFailure(error) ?? error;
    }
  };
