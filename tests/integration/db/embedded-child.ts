// A process of its own that holds the embedded PostgreSQL open: `bun embedded-child.ts <data directory> <mode>`.
// Prints one JSON line when it is open, and closes when it gets SIGTERM.
import { openEmbeddedPostgres } from "#platform/db/embedded";

const [dataDir = "", mode] = process.argv.slice(2);
const quiet = { info: () => {}, warn: () => {} };
try {
  const postgres = await openEmbeddedPostgres({
    dataDir,
    mode: mode === "server" ? "server" : "command",
    log: quiet,
    settings: { fsync: "off" },
  });
  process.on("SIGTERM", () => void postgres.close().then(() => process.exit(0)));
  setInterval(() => {}, 1000);
  console.log(JSON.stringify({ origin: postgres.origin, url: postgres.url("owner", "main") }));
} catch (error) {
  console.log(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
  process.exit(1);
}
