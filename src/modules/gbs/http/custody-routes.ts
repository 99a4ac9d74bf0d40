import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { custodyPage } from "./custody-schemas.ts";
import { debtParams } from "./debt-schemas.ts";
import { ofDebtQuery } from "./payment-schemas.ts";

/** What was recorded of a debt, for both of its parties. */
export const createCustodyRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.custody", prefix: "/v1/debts/:id" }).use(plugin).get(
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
