import { invalidField } from "./errors.ts";
import { type Id, isId } from "./ids.ts";
import { type Instant, isInstant } from "./time.ts";

/** One page of a list. `nextCursor` is null on the last page. */
export type Page<T> = { readonly items: readonly T[]; readonly nextCursor: string | null };

export const defaultPageLimit = 50;
export const maxPageLimit = 200;
const maxCursorLength = 1024;

/** The sort key of the last item, as an opaque text: clients hand it back, nothing else. */
export function encodeCursor(key: readonly string[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(key));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** The sort key of `parts` texts; anything else that a client may send is a 422 that names "cursor". */
export function decodeCursor(cursor: string, parts: number): readonly string[] {
  const key = tryDecode(cursor);
  if (key?.length !== parts) throw notOfThisList();
  return key;
}

/**
 * Where a list by time goes on: the moment of its last item, under the name that it has there, and that item's id.
 * Undefined for the first page; 422 as {@link decodeCursor}.
 */
export function decodeMoment<Name extends string>(
  cursor: string | undefined,
  name: Name,
): (Readonly<Record<Name, Instant>> & { readonly id: Id }) | undefined {
  if (cursor === undefined) return undefined;
  const [at = "", id = ""] = decodeCursor(cursor, 2);
  if (!isInstant(at) || !isId(id)) throw notOfThisList();
  return { [name]: at as Instant, id } as Readonly<Record<Name, Instant>> & { readonly id: Id };
}

/** Where a list by numbers goes on: that of its last item, 1 or more. Undefined and 422 as {@link decodeMoment}. */
export function decodeSequence(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined;
  const [text = ""] = decodeCursor(cursor, 1);
  if (!/^[1-9]\d{0,14}$/.test(text)) throw notOfThisList();
  return Number(text);
}

const notOfThisList = () => invalidField("cursor", "Is not a cursor of this list.");

function tryDecode(cursor: string): string[] | undefined {
  if (cursor.length > maxCursorLength || !/^[\w-]*$/.test(cursor)) return undefined;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const key: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    const texts = Array.isArray(key) && key.every((part) => typeof part === "string");
    return texts && !key.some((part) => part.includes("\u0000")) ? key : undefined;
  } catch {
    return undefined; // not base64, not UTF-8 or not JSON: not a cursor of ours
  }
}

/** Makes a page from up to `limit + 1` rows: the extra row only tells that there is more. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  keyOf: (item: T) => readonly string[],
): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  };
}
