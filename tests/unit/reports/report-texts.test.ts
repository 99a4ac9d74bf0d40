import { expect, test } from "bun:test";
import { textsOf } from "#modules/reports/domain/texts/texts-of";

/** Every text with its place; those that are made of something with samples in it. */
function textsIn(value: unknown, place = ""): [string, string][] {
  if (typeof value === "string") return [[place, value]];
  if (typeof value === "function") {
    const told = (...args: unknown[]) => String(value(...args));
    return [
      [`${place}(1)`, told(1, "sample")],
      [`${place}(2)`, told(2, "sample")],
    ];
  }
  return Object.entries(value as object).flatMap(([name, part]) =>
    textsIn(part, `${place}/${name}`),
  );
}

const all = (["en-US", "de-DE", "tr-TR"] as const).map((language) => textsIn(textsOf(language)));

test("every language says everything, and says it on one line", () => {
  const [places = [], ...others] = all.map((texts) => texts.map(([place]) => place));
  for (const other of others) expect(other).toEqual(places);
  for (const [place, text] of all.flat())
    expect([place, /\S/.test(text), text === text.trim(), /[\r\n\t]| {2}/.test(text)]).toEqual([
      ...[place, true, true, false],
    ]);
});

test("what is said in sentences is said in the language itself", () => {
  const [en, de, tr] = all.map((texts) => new Map(texts));
  for (const [place, text] of en ?? [])
    if (place.startsWith("/notes/")) {
      expect([place, de?.get(place)]).not.toEqual([place, text]);
      expect([place, tr?.get(place)]).not.toEqual([place, text]);
    }
});
