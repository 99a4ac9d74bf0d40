import { sqlStateOf } from "./failures.ts";

/** serialization_failure and deadlock_detected: PostgreSQL undid everything and asks to try again. */
const retried = new Set(["40001", "40P01"]);
const maxRetries = 3;
const firstDelayMs = 10;

/** Runs a whole transaction again, up to {@link maxRetries} times with growing, jittered pauses. */
export async function retryTransaction<T>(run: () => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await run();
    } catch (error) {
      if (retry === maxRetries || !retried.has(sqlStateOf(error) ?? "")) throw error;
      await Bun.sleep(firstDelayMs * 2 ** retry * (0.5 + Math.random()));
    }
  }
}
