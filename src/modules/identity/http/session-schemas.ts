import { t } from "elysia";
import { id, instant, pageOf, text, wholeNumber } from "#platform/http/schemas";
import { code } from "./second-factor-schemas.ts";

/** UTF-16 units: 128 characters may be twice as many. */
const maxPasswordUnits = 256;
const maxAddressUnits = 320;
/** Ours have 103 to 111. */
const maxRefreshTokenUnits = 128;

const record = <P extends Parameters<typeof t.Object>[0]>(properties: P, description?: string) =>
  t.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });

export const signInBody = t.Object({
  email: text(maxAddressUnits, { minLength: 3, examples: ["emir@example.org"] }),
  password: text(maxPasswordUnits, { minLength: 1, examples: ["plum-orbit-tundra-77"] }),
  code: t.Optional(
    code("Where the account has a second factor: of the app, or a recovery code.", "492039"),
  ),
});

export const refreshBody = t.Object({
  refreshToken: text(maxRefreshTokenUnits, {
    minLength: 1,
    description: "The newest that you were given.",
    examples: ["01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21.1.9f86d081..."],
  }),
});

const session = record(
  {
    id: id(),
    current: t.Boolean({ description: "Whether it is the one that asks.", examples: [true] }),
    device: t.String({
      description:
        "What the client said it is (User-Agent), shortened; empty when it said nothing.",
      examples: ["Mozilla/5.0 (X11; Linux x86_64)"],
    }),
    client: t.String({
      description: "Internet address, or network of IPv6, that it was opened from.",
      examples: ["203.0.113.7"],
    }),
    createdAt: instant(),
    authenticatedAt: instant({ description: "The last proof of a password or second factor." }),
    usedAt: instant({ description: "The last refresh." }),
    expiresAt: instant({ description: "Unless it is refreshed before." }),
  },
  "Where an account is signed in.",
);
export const sessionPage = pageOf(session);
export const sessionParams = record({ id: id() });
export const endedSessions = record({
  ended: wholeNumber({ minimum: 0, maximum: 1_000_000, examples: [2] }),
});

export const keySet = record(
  {
    keys: t.Array(
      record({
        kty: t.Literal("OKP"),
        crv: t.Literal("Ed25519"),
        alg: t.Literal("EdDSA"),
        use: t.Literal("sig"),
        kid: t.String({ examples: ["9f86d081884c7d65"] }),
        x: t.String({ examples: ["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"] }),
      }),
    ),
  },
  "JSON Web Key Set (RFC 7517): public keys, those soon and lately in use among them.",
);
