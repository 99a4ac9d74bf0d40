import { type Booking, extfLine } from "./extf-booking.ts";
import { windows1252Of } from "./extf-encoding.ts";
import { type ExtfHead, extfHeadLines } from "./extf-head.ts";
import { createExtfTexts, type Replacement } from "./extf-text.ts";

/** DATEV takes no longer files (developer.datev.de, DATEV-Format, Formatbeschreibung). */
export const maxBookings = 99_999;

export type ExtfFile = {
  /** Bytes of the file's beginning. */
  head(): Uint8Array;
  /** Bytes of the next booking. Throws a RangeError on one that the file cannot hold, and beyond {@link maxBookings}. */
  booking(booking: Booking): Uint8Array;
  /** Characters of the bookings so far that the file could not hold; whoever gets it must learn of them. */
  replacements(): readonly Replacement[];
};

/**
 * A DATEV Buchungsstapel, piece by piece: text in Windows-1252, a line each, ended by CR LF. No booking has a tax key:
 * which one applies is for whoever takes the file over. `head` is one that readExtfHead took.
 */
export function createExtfFile(head: ExtfHead): ExtfFile {
  const texts = createExtfTexts();
  let bookings = 0;
  const lineOf = (line: string) => windows1252Of(`${line}\r\n`);
  return {
    head: () => lineOf(extfHeadLines(head).join("\r\n")),
    booking(booking) {
      if (bookings === maxBookings) throw new RangeError("too many bookings for a file");
      bookings += 1;
      return lineOf(extfLine(booking, head, texts));
    },
    replacements: texts.replacements,
  };
}
