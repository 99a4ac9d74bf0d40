import { invalidField } from "./errors.ts";
import { type Instant, instantAt } from "./time.ts";

declare const idBrand: unique symbol;
/** A UUID version 7 (RFC 9562) in lower case: time-ordered, so that indexes grow at one end. */
export type Id = string & { readonly [idBrand]: true };

/** The only source of new ids: a dep everywhere. */
export type Ids = { next(): Id };

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const isId = (text: string): text is Id => pattern.test(text);

/** When an id of ours was made: the first 48 bits of a UUIDv7 (RFC 9562, 5.7). Of any other UUID it is some moment. */
export const momentOfId = (id: Id): Instant =>
  instantAt(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16));

export function parseId(text: string, path = "id"): Id {
  const lower = text.toLowerCase();
  if (!isId(lower)) throw invalidField(path, "Must be a UUID.");
  return lower;
}
