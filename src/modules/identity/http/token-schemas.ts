import { t } from "elysia";
import { id, instant } from "#platform/http/schemas";

/** What whoever signs in gets. */
export const tokenSet = t.Object(
  {
    accessToken: t.String({
      description: "A JWT, sent as `Authorization: Bearer ...`.",
      examples: ["eyJhbGciOiJFZERTQSJ9..."],
    }),
    tokenType: t.Literal("Bearer"),
    expiresInSeconds: t.Integer({ description: "Of the access token.", examples: [900] }),
    refreshToken: t.String({
      description: "Gets the next pair of tokens, once.",
      examples: ["01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21.1.9f86d081..."],
    }),
    refreshExpiresAt: instant({ description: "Unless it is used before." }),
    sessionId: id(),
  },
  { additionalProperties: false, description: "Tokens of a session." },
);
