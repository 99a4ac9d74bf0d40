import { t } from "elysia";
import { instant } from "#platform/http/schemas";

const record = <P extends Parameters<typeof t.Object>[0]>(properties: P, description?: string) =>
  t.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });

const hash = (description: string) =>
  t.String({
    pattern: "^[0-9a-f]{64}$",
    description,
    examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  });
const kid = t.String({ pattern: "^[0-9a-f]{16}$", examples: ["9f86d081884c7d65"] });

export const custodyKeys = record({
  keys: t.Array(
    record({
      kid,
      algorithm: t.Literal("Ed25519"),
      publicKey: t.String({
        description: "The raw 32 bytes, base64url.",
        examples: ["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"],
      }),
      fingerprint: hash("SHA-256 of the raw bytes: what the verifier is given as `--key`."),
      activeFrom: instant({ description: "It signs from then on." }),
    }),
    { description: "All that ever signed, and those that are about to." },
  ),
  verifier: record(
    { name: t.String({ examples: ["verify.mjs"] }), sha256: hash("Of the file's bytes.") },
    "The program in each dossier that this release makes.",
  ),
});
