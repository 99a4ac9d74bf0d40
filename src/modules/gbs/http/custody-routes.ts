import { Elysia, t } from "elysia";
import { download } from "#platform/http/download";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { custodyPage } from "./custody-schemas.ts";
import { debtParams } from "./debt-schemas.ts";
import { ofDebtQuery } from "./payment-schemas.ts";

/** What was recorded of a debt, for both of its parties. */
export const createCustodyRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.custody", prefix: "/v1/debts/:id" })
    .use(plugin)
    .get(
      "/dossier",
      async ({ ctx, exchange, params }) =>
        download(exchange, await operations.fetchDossier(ctx, params)),
      route({
        operationId: "fetchDossier",
        tags: ["Debts"],
        summary: "All that was recorded of a debt, in a zip that proves itself",
        description:
          "Agreements and receipts, the log, what of its hashed values is disclosed to you, and a verifier that needs nothing of ours: `node verify.mjs <zip> --key <fingerprint>`, with a fingerprint of `/.well-known/fintrack-keys.json`. Made anew each time, for you alone. That a lender was sent the recording in it stands in the log, behind where that of the dossier ends. A recording that a check has found damaged is left out, and `README.txt` says so.",
        access: "gbs:read",
        limit: "costly_read",
        params: debtParams,
        mediaType: "application/zip",
        responses: { 200: t.String() },
        errors: [404],
      }),
    )
    .get(
      "/custody",
      ({ ctx, params, query }) => operations.listCustody(ctx, { ...params, ...query }),
      route({
        operationId: "listCustody",
        tags: ["Debts"],
        summary: "The log of a debt, from its first entry on",
        description:
          "Every step, each bound to the one before it by its hash, and signed with a key of `/.well-known/fintrack-keys.json`. Mails about the debt state where it ended then.",
        access: "gbs:read",
        limit: "read",
        params: debtParams,
        query: ofDebtQuery,
        responses: { 200: custodyPage },
        errors: [404],
      }),
    );
