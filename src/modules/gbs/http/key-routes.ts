import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { GbsOperations } from "../operations.ts";
import { custodyKeys } from "./custody-schemas.ts";

/** Shorter than a new key is announced before it signs. */
const cacheSeconds = 300;

/** For whoever verifies a dossier, without an account. */
export const createKeyRoutes = ({ plugin, route }: HttpKit, operations: GbsOperations) =>
  new Elysia({ name: "gbs.keys" }).use(plugin).get(
    "/.well-known/fintrack-keys.json",
    () => operations.publishKeys(),
    route({
      operationId: "listCustodyKeys",
      tags: ["Debts"],
      summary: "Public keys of the custody logs of debts",
      description:
        "They never go: what they signed is verified for years. Keep a fingerprint where nobody can change it, such as on paper beside the agreement.",
      access: "public",
      limit: "read",
      responses: { 200: custodyKeys },
      cacheControl: `public, max-age=${cacheSeconds}`,
    }),
  );
