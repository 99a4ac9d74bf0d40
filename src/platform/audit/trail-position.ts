import type { ChainHead } from "./entry.ts";
import type { Lsn } from "./lsn.ts";

/** Which stream of changes a place in the WAL belongs to. */
export type StreamIdentity = {
  /** Of MainDB's cluster: IDENTIFY_SYSTEM's systemid, a 64-bit number as text. */
  readonly systemId: string;
  readonly timeline: number;
  readonly slot: string;
};

/** The row `audit.position`. */
export type TrailPosition = StreamIdentity & {
  /** Null while the slot is being made. */
  readonly lsn: Lsn | null;
  readonly ordinal: number;
  readonly head: ChainHead;
};
