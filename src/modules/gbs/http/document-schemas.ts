import { t } from "elysia";
import { id, instant, oneOf, pageOf, wholeNumber } from "#platform/http/schemas";
import { record } from "./debt-schemas.ts";

const maxTermsVersion = 1_000_000;
/** Far more than 10,000 rows of a PDF come to. */
const maxSizeBytes = 1_000_000_000;

export const documentParams = t.Object({
  id: id({ description: "Of the debt." }),
  documentId: id(),
});

export const document = record({
  id: id(),
  kind: oneOf(["agreement", "receipt"], { examples: ["agreement"] }),
  termsVersion: wholeNumber({
    ...{ minimum: 1, maximum: maxTermsVersion, examples: [1] },
    description: "Of the terms that it states.",
  }),
  fileName: t.String({ examples: ["agreement-01a2043b-44d9-7747-9bb1-fb12a1cb95e4-1.pdf"] }),
  sha256: t.String({
    pattern: "^[0-9a-f]{64}$",
    description: "Of the file; it also stands in the custody log.",
    examples: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  }),
  sizeBytes: wholeNumber({ minimum: 1, maximum: maxSizeBytes, examples: [48_211] }),
  madeAt: instant(),
});
export const documentsPage = pageOf(document);
