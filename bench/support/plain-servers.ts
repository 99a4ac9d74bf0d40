/** What FinTrack is measured against, each in a process of its own: `bun plain-servers.ts <bun|elysia|upload> <port>`. */
import { mkdtempSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Elysia, t } from "elysia";

const [kind, port] = [Bun.argv[2], Number(Bun.argv[3])];
/** As long as an answer of FinTrack's. */
const answer = { text: "x".repeat(620) };

if (kind === "bun")
  Bun.serve({
    hostname: "127.0.0.1",
    port,
    fetch: () => Response.json(answer),
  });
else if (kind === "upload") startUploads();
else
  new Elysia()
    .get("/v1/conversions", ({ query }) => ({ ...answer, from: query.from }), {
      query: t.Object({
        from: t.String({ minLength: 2, maxLength: 12 }),
        to: t.String({ minLength: 2, maxLength: 12 }),
        amount: t.String({ maxLength: 56, pattern: "^-?(0|[1-9][0-9]{0,23})(\\.[0-9]{1,30})?$" }),
        at: t.Optional(t.String({ maxLength: 40 })),
        source: t.Optional(t.Union([t.Literal("market"), t.Literal("ecb"), t.Literal("tcmb")])),
      }),
    })
    .listen({ hostname: "127.0.0.1", port });
console.log("ready");

/** Writes what it is sent to a file, as it comes, and makes it durable before it answers. */
function startUploads(): void {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-bench-plain-"));
  process.on("SIGTERM", () => {
    rmSync(directory, { recursive: true, force: true });
    process.exit();
  });
  new Elysia()
    .get("/ready", () => "yes")
    .patch(
      "/uploads/:name",
      async ({ params, request, set }) => {
        const file = await open(join(directory, params.name), "a");
        try {
          for await (const bytes of request.body ?? []) await file.write(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        set.status = 204;
      },
      { parse: "none", params: t.Object({ name: t.String({ pattern: "^[0-9]+$" }) }) },
    )
    .listen({ hostname: "127.0.0.1", port, maxRequestBodySize: Number.MAX_SAFE_INTEGER });
}
