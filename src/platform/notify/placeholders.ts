const placeholder = /\{([A-Za-z]+)\}/g;

/** Names that a text asks for, each once. */
export const placeholdersOf = (text: string): string[] => [
  ...new Set([...text.matchAll(placeholder)].map(([, name = ""]) => name)),
];

/**
 * Replaces every `{name}` by its datum, in one pass: what stands in a datum is never read as a placeholder. Throws when
 * a datum is missing.
 */
export function fill(text: string, data: Readonly<Record<string, string>>): string {
  return text.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(data, name) ? data[name] : undefined;
    if (value === undefined) throw new Error(`a text asks for {${name}}, which is no datum`);
    return isolated(value);
  });
}

/** Letters that are written from right to left: Hebrew, Arabic and their neighbours (Unicode 17, Bidi_Class R and AL). */
const rightToLeft =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Between FIRST STRONG ISOLATE and its end (UAX #9): a name does not turn the sentence around it. */
const isolated = (value: string): string =>
  rightToLeft.test(value) ? `\u2068${value}\u2069` : value;
