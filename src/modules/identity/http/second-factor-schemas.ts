import { t } from "elysia";
import { text } from "#platform/http/schemas";

/** A code in whatever form people type it: spaces, hyphens, lower case. */
export const code = (description: string, example: string) =>
  text(40, { minLength: 1, description, examples: [example] });

export const startedSecondFactor = t.Object({
  secret: t.String({
    description: "Base 32, to be typed into the app.",
    examples: ["JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"],
  }),
  otpauthUri: t.String({
    description: "The same for a QR code.",
    examples: [
      "otpauth://totp/FinTrack:emir%40example.org?issuer=FinTrack&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&algorithm=SHA1&digits=6&period=30",
    ],
  }),
});

export const confirmSecondFactorBody = t.Object({
  code: code("Six digits, as the app shows them.", "492039"),
});

export const recoveryCodes = t.Object({
  recoveryCodes: t.Array(t.String({ examples: ["7K2M-0QZX-9R4T-HB8C"] }), {
    description: "Shown this once. Each stands in for the app once.",
  }),
});
