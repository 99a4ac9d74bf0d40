import { orNull, text } from "#platform/http/schemas";

/** UTF-16 units. */
export const maxNameLength = 100;
const maxExternalCodeLength = 100;
const maxReasonLength = 500;

export const nameOf = (example: string) =>
  text(maxNameLength, { minLength: 1, examples: [example] });

export const externalCode = orNull(text(maxExternalCodeLength, { minLength: 1 }), {
  description: "What it is called in your bookkeeping; unique within the book.",
  examples: ["4210"],
});

export const reasonLike = (example: string, description?: string) =>
  text(maxReasonLength, {
    ...{ minLength: 1, examples: [example] },
    ...(description === undefined ? {} : { description }),
  });
