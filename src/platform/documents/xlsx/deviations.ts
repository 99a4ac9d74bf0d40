import type { ExcelWords } from "./excel-words.ts";

/** What Excel cannot show as the model says it; each is said in the file's notes. */
export type Deviation = "longNumbers" | "earlyDays" | "longTexts" | "plainSums";

export type Deviations = {
  /** `place`: a sheet's name, or an address in it. */
  add(deviation: Deviation, place: string): void;
  notes(words: ExcelWords): readonly string[];
};

/** Sheets and cells that are named, before it becomes "…". */
const maxPlaces = 20;

export function createDeviations(): Deviations {
  const found = new Map<Deviation, Set<string>>();
  return {
    add(deviation, place) {
      const places = found.get(deviation) ?? new Set();
      found.set(deviation, places);
      if (places.size <= maxPlaces) places.add(place);
    },
    notes: (words) =>
      [...found].map(([deviation, places]) => {
        const named = [...places].slice(0, maxPlaces);
        return words[deviation]([...named, ...(places.size > maxPlaces ? ["…"] : [])].join(", "));
      }),
  };
}
