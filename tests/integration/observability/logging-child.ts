/** A process that logs `count` lines to its standard output and ends in the given way. Run by logger.test.ts. */
import { createLogger } from "#platform/observability/logger";

const [count, end] = process.argv.slice(2);
const logger = createLogger({ level: "info", human: end === "human" });
for (let i = 0; i < Number(count); i++) logger.info({ i }, "line");
if (end === "exit") process.exit(3);
if (end === "throw") throw new Error("not caught");
if (end === "reject") void Promise.reject(new Error("not caught either"));
if (end === "wait") await Bun.sleep(60_000);
if (end === "signal") {
  process.on("SIGTERM", () => {
    logger.info({ i: Number(count) }, "draining");
    process.exit(0);
  });
  await Bun.sleep(60_000);
}
