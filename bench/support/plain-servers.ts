/** What FinTrack is measured against, each in a process of its own: `bun plain-servers.ts <bun|elysia> <port>`. */
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
