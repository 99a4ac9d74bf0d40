import { describe, expect, test } from "bun:test";
import { layoutWords } from "#platform/notify/layout-words";
import {
  type MailLocale,
  mailLocales,
  type NotificationText,
  notificationCategories,
} from "#platform/notify/notifications";
import { placeholdersOf } from "#platform/notify/placeholders";
import { render } from "#platform/notify/render";
import { isWritten } from "#platform/notify/written-data";
import { declaredNotifications, sampleData } from "../../support/declared-notifications.ts";

const declared = await declaredNotifications();
const everyText = declared.flatMap(([kind, definition]) =>
  mailLocales.map((locale) => [kind, locale, definition] as const),
);

const linesOf = ({
  subject,
  paragraphs,
  code,
  action,
  closing = [],
}: NotificationText): string[] => [
  ...[subject, ...paragraphs, ...closing],
  ...(code === undefined ? [] : [code]),
  ...(action === undefined ? [] : [action.label, action.url]),
];

test("modules have something to tell, under their own names", () => {
  expect(declared.length).toBeGreaterThan(11);
  for (const [kind] of declared) expect(kind).toMatch(/^[a-z]+\.[a-z]+(_[a-z]+)*$/);
  expect(new Set(declared.map(([kind]) => kind)).size).toBe(declared.length);
});

describe.each(everyText)("%s in %s", (_kind, locale, definition) => {
  const text: NotificationText | undefined = definition.texts[locale];

  test("says every string that English says", () => {
    const { en } = definition.texts;
    expect(text).toBeDefined();
    expect(Object.keys(text).sort()).toEqual(Object.keys(en).sort());
    for (const line of linesOf(text)) expect(line.trim()).not.toBe("");
    for (const line of linesOf(text)) expect(line).toBe(line.trim().normalize("NFC"));
    if (locale !== "en") expect(text.subject).not.toBe(en.subject);
  });

  test("uses each of its data, and asks for nothing else", () => {
    const asked = new Set(linesOf(text).flatMap(placeholdersOf));
    expect([...asked].sort()).toEqual([...definition.data].sort());
    // A brace that is no placeholder is a slip of the pen.
    for (const line of linesOf(text))
      expect(line.replace(/\{[A-Za-z]+\}/g, "")).not.toMatch(/[{}]/);
  });

  test("has one code or one link at most, and each is nothing but its datum", () => {
    expect([text.code, text.action].filter(Boolean).length).toBeLessThanOrEqual(1);
    for (const line of [text.code, text.action?.url])
      expect(line ?? "{x}").toMatch(/^\{[A-Za-z]+\}$/);
  });

  test("keeps what opens an account out of the subject", () => {
    for (const name of placeholdersOf(text.subject)) expect(["code", "link"]).not.toContain(name);
  });

  test("is written out whole", () => {
    const reader = { name: "Ada", locale, timeZone: "Europe/Istanbul" };
    const message = render(definition, sampleData(definition), reader);
    const said = `${message.subject}\n${message.text}`;
    expect(said).not.toMatch(/[{}]|undefined|null|NaN|\[object/);
    for (const [name, value] of Object.entries(sampleData(definition)))
      if (!isWritten(name)) expect(said).toContain(value);
    expect(message.html).toContain(`<html lang="${locale}"`);
    expect(message.subject.length).toBeLessThan(70);
  });

  test("expires within a time that its tries can outlast", () => {
    expect(definition.expiresAfterSeconds).toBeGreaterThanOrEqual(600);
    expect(definition.expiresAfterSeconds).toBeLessThanOrEqual(7 * 86_400);
    if (definition.category !== null) expect(notificationCategories).toContain(definition.category);
  });
});

describe("the tone", () => {
  const all = (locale: MailLocale) =>
    [
      ...declared.flatMap(([, { texts }]) => linesOf(texts[locale])),
      ...Object.values(layoutWords[locale]).flat(),
    ].join("\n");

  test("is formal in German, with its letters and quotation marks", () => {
    expect(all("de")).not.toMatch(/(?<!\p{L})(du|dein\p{L}*|dich|dir|euch|euer)(?!\p{L})/iu);
    expect(all("de")).toMatch(/[äöüß]/);
    expect(all("de")).not.toMatch(/["”]|(?<!„[^“]*)“/);
  });

  test("is formal in Turkish, with its letters", () => {
    expect(all("tr")).not.toMatch(/(?<!\p{L})(sen|senin|seni|sana)(?!\p{L})/iu);
    for (const letter of "çğıİöşü") expect(all("tr")).toContain(letter);
  });

  test("has no mark of a text that nobody finished", () => {
    for (const locale of mailLocales)
      expect(all(locale)).not.toMatch(/lorem ipsum|\?\?|xxx| {2}|\s\n/i);
  });
});

describe("what stands around every message", () => {
  test.each(mailLocales)("is there in %s", (locale) => {
    const words = layoutWords[locale];
    expect(Object.keys(words).sort()).toEqual(Object.keys(layoutWords.en).sort());
    for (const line of Object.values(words).flat()) expect(line.trim()).not.toBe("");
    expect(placeholdersOf(words.greeting)).toEqual(["name"]);
    for (const { greeting: _, ...rest } of [words])
      expect(Object.values(rest).flat().flatMap(placeholdersOf)).toEqual([]);
  });
});
