import { maxKeyLength, maxKeysAtOnce } from "./object-store.ts";

const keyPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const prefixPattern = /^([A-Za-z0-9_-][A-Za-z0-9._-]*\/?)*$/;

/** Keys are ours, never a user's: another one is a defect. */
export function requireKey(key: string): void {
  if (key.length > maxKeyLength || !keyPattern.test(key))
    throw new TypeError("not an object's key");
}

/** The beginning of a key, "" for all. */
export function requirePrefix(prefix: string): void {
  if (prefix.length > maxKeyLength || !prefixPattern.test(prefix))
    throw new TypeError("not the beginning of an object's key");
}

/** How many objects one call may name. */
export function requireBounded(count: number): void {
  if (count < 0 || count > maxKeysAtOnce)
    throw new RangeError(`at most ${maxKeysAtOnce} objects at once`);
}
