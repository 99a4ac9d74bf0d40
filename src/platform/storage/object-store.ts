/** What an object is made from: a file as it is, or bytes as they come, each piece done with when the next is asked for. */
export type ObjectSource = { readonly path: string } | AsyncIterable<Uint8Array>;

export type StoredObject = {
  readonly sizeBytes: number;
  /** Of the bytes, hex. */
  readonly sha256: string;
};

/** Nobody asks for the hash: a store that needs none of its own is faster without. */
export type Unhashed = { readonly hashed: false };
export type UnhashedObject = Omit<StoredObject, "sha256">;

export type ReadObject = {
  readonly sizeBytes: number;
  /** Read once. Whoever does not read it to its end ends it with `return`, which gives the file or connection back. */
  readonly chunks: AsyncIterableIterator<Uint8Array>;
};

export type ListedObject = {
  readonly key: string;
  readonly sizeBytes: number;
  /** When it was stored: milliseconds since 1970, by the clock of the store. */
  readonly modifiedMs: number;
};

/**
 * Bytes by key. A key is one to {@link maxKeyLength} characters: segments of `A-Z a-z 0-9 . _ -`, none of them beginning
 * with a dot, with a slash between two. No key is the directory of another ("a" beside "a/b").
 *
 * Failures of the store are `storage.full` and `storage.unavailable` (errors.ts).
 */
export type ObjectStore = {
  /**
   * Whole or not at all: until it resolves the key holds what it held before, and after a crash as well. Durable when it
   * resolves. Of several writers of one key the last one wins. What the source throws is thrown. When it rejects with
   * `storage.unavailable`, a store far away may have stored all of it: its answer was lost.
   */
  readonly put: {
    (key: string, source: ObjectSource): Promise<StoredObject>;
    (key: string, source: ObjectSource, options: Unhashed): Promise<UnhashedObject>;
  };
  /** Undefined when there is none. What is replaced or deleted while it is read is read to its end all the same. */
  get(key: string): Promise<ReadObject | undefined>;
  /**
   * At most {@link maxKeysAtOnce}. Those that are not there are gone already. It is confirmed: when it resolves none of
   * them is there, and none comes back after a crash. When it rejects some may be gone; ask again.
   */
  delete(keys: readonly string[]): Promise<void>;
  /**
   * Whose key begins with `prefix`, in the order of their characters, at most `limit` (1 to {@link maxKeysAtOnce}).
   * `after`: the last key of the page before.
   */
  list(
    prefix: string,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly ListedObject[]>;
};

export const maxKeyLength = 200;
/** What the stores of others take in one request. */
export const maxKeysAtOnce = 1_000;
