import { Elysia } from "elysia";
import type { HttpKit } from "#platform/http/kit";
import type { IdentityOperations } from "../operations.ts";
import { keySet } from "./session-schemas.ts";

/** Shorter than a new key is announced before it signs. */
const cacheSeconds = 300;

/** For other services that verify our access tokens by themselves. */
export const createKeyRoutes = ({ plugin, route }: HttpKit, operations: IdentityOperations) =>
  new Elysia({ name: "identity.keys" }).use(plugin).get(
    "/.well-known/jwks.json",
    () => ({ keys: operations.publicKeys() }),
    route({
      operationId: "listPublicKeys",
      tags: ["Identity"],
      summary: "Public keys of access tokens",
      description:
        "Access tokens are JWTs (RFC 9068) signed with EdDSA. Check `iss`, `aud` (`fintrack`), `exp`, and that `typ` is `at+jwt`.",
      access: "public",
      limit: "read",
      responses: { 200: keySet },
      cacheControl: `public, max-age=${cacheSeconds}`,
    }),
  );
