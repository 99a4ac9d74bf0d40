import { defineErrors } from "../kernel/errors.ts";
import { HttpError } from "./http-error.ts";

/** Of `integer`, the type of a `version` column. */
export const maxVersion = 2_147_483_647;

const preconditionErrors = defineErrors("precondition", {
  required: { kind: "precondition_required", title: "If-Match is needed" },
  failed: { kind: "precondition_failed", title: "Changed meanwhile" },
});

/** Of a thing with a whole-numbered version: `"3"`. Strong: two versions are never the same to us (RFC 9110, 8.8.3). */
export const etagOf = (version: number): string => `"${version}"`;

// RFC 9110, 8.8.3.
const oneEntityTag = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;
const wholeNumber = /^(0|[1-9][0-9]{0,9})$/;

/**
 * The version that the client says it has seen. Throws `precondition.required` (428, RFC 6585) without the header and
 * 400 for what names no single version: `*` and lists would write over changes that nobody has looked at. A tag that is
 * weak, or that we never gave, matches nothing (RFC 9110, 13.1.1): `precondition.failed` (412).
 */
export function readIfMatch(header: string | null): number {
  if (header === null)
    throw preconditionErrors.fail(
      "required",
      'Say which version you have seen: If-Match with the ETag of its answer, like "3".',
    );
  const match = oneEntityTag.exec(header);
  if (!match)
    throw new HttpError("malformed", 'If-Match takes one ETag in quotes, like "3"; no list, no *.');
  const [, weak, tag = ""] = match;
  if (weak !== undefined || !wholeNumber.test(tag) || Number(tag) > maxVersion)
    throw preconditionErrors.fail("failed", "If-Match names no ETag that this could ever have.");
  return Number(tag);
}

/** What a route with `ifMatch` says in its description. */
export const ifMatchParameter = {
  name: "If-Match",
  in: "header" as const,
  required: true,
  description:
    "The ETag of the version that the change begins from. Another one by now is 412 and nothing is changed; without the header 428.",
  schema: {
    type: "string" as const,
    pattern: '^"(0|[1-9][0-9]{0,9})"$',
    maxLength: 12,
    example: '"3"',
  },
};
