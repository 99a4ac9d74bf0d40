import { t } from "elysia";
import { instant, pageOf, wholeNumber } from "#platform/http/schemas";
import { maxChainLength, record } from "./debt-schemas.ts";

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
    { description: "The program in each dossier that this release makes." },
  ),
});

export const custodyPage = pageOf(
  record({
    seq: wholeNumber({ minimum: 1, maximum: maxChainLength, examples: [1] }),
    at: instant(),
    kind: t.String({ description: "What happened.", examples: ["payment_claimed"] }),
    text: t.String({
      description:
        'Canonical JSON (RFC 8785), byte by byte as it was hashed and signed. `prev` in it is the hash of the entry before; what is `{"sha256":…}` in its data is SHA-256 of salt and value.',
    }),
    hash: hash("SHA-256 of the text in UTF-8."),
    kid,
    signature: t.String({
      pattern: "^[0-9a-f]{128}$",
      description: 'Ed25519 of "fintrack-custody-v1\\n" and the text.',
    }),
    values: t.Array(
      record({
        name: t.String({ examples: ["description"] }),
        value: t.String(),
        salt: t.String({ pattern: "^[0-9a-f]{32}$", description: "16 bytes, hex." }),
      }),
      { description: "Of the hashed values those that are disclosed to you." },
    ),
  }),
);
