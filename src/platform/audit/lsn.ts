/**
 * A place in the WAL as a 64-bit number, so that it compares; PostgreSQL writes it "16/B374D848".
 * https://www.postgresql.org/docs/18/datatype-pg-lsn.html
 */
export type Lsn = bigint;

/** Throws on anything but PostgreSQL's own spelling. */
export function parseLsn(text: string): Lsn {
  const [, high, low] = /^([0-9A-Fa-f]{1,8})\/([0-9A-Fa-f]{1,8})$/.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new RangeError(`not an LSN: ${text}`);
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

export const formatLsn = (lsn: Lsn): string =>
  `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffffffffn).toString(16).toUpperCase()}`;
