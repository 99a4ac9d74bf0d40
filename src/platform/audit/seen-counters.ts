/** Counters in one row of `audit.seen_counters`. */
export const countersPerBlock = 8192;
/** A kilobyte each; what is dropped is read again when it is needed. */
const maxBlocksHeld = 512;

export type CounterBlock = { readonly source: string; readonly block: number };
export type StoredBlock = CounterBlock & { readonly bits: string };

/** Remembers which counters of a process have been seen, for good: a message that was copied repeats one. */
export type SeenCounters = {
  /** True the first time. `source`: prefix and process. */
  mark(source: string, counter: number): Promise<boolean>;
  /** What {@link mark} changed since the last call of `stored`. */
  changed(): readonly StoredBlock[];
  /** The changes are in the database now. */
  stored(): void;
  /** The changes were rolled back. */
  forget(): void;
};

export function createSeenCounters(
  load: (block: CounterBlock) => Promise<string | null>,
): SeenCounters {
  const held = new Map<string, CounterBlock & { readonly bytes: Buffer; isChanged: boolean }>();

  async function find(source: string, block: number) {
    const key = `${block} ${source}`;
    const known = held.get(key);
    if (known) return known;
    const bits = await load({ source, block });
    const bytes = bits === null ? Buffer.alloc(countersPerBlock / 8) : Buffer.from(bits, "base64");
    const found = { source, block, bytes, isChanged: false };
    held.set(key, found);
    return found;
  }

  return {
    async mark(source, counter) {
      if (!Number.isSafeInteger(counter) || counter < 1) return false;
      const block = await find(source, Math.floor(counter / countersPerBlock));
      const [byte, bit] = [(counter % countersPerBlock) >> 3, 1 << (counter & 7)];
      const before = block.bytes[byte] ?? 0;
      if ((before & bit) !== 0) return false;
      block.bytes[byte] = before | bit;
      block.isChanged = true;
      return true;
    },
    changed: () =>
      [...held.values()]
        .filter(({ isChanged }) => isChanged)
        .map(({ source, block, bytes }) => ({ source, block, bits: bytes.toString("base64") })),
    stored() {
      for (const block of held.values()) block.isChanged = false;
      for (const key of held.keys()) {
        if (held.size <= maxBlocksHeld) break;
        held.delete(key);
      }
    },
    forget: () => held.clear(),
  };
}
