import { invalidField } from "./errors.ts";

declare const idBrand: unique symbol;
/** A UUID version 7 (RFC 9562) in lower case: time-ordered, so that indexes grow at one end. */
export type Id = string & { readonly [idBrand]: true };

/** The only source of new ids: a dep everywhere. */
export type Ids = { next(): Id };

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const isId = (text: string): text is Id => pattern.test(text);

export function parseId(text: string, path = "id"): Id {
  const lower = text.toLowerCase();
  if (!isId(lower)) throw invalidField(path, "Must be a UUID.");
  return lower;
}
