import { describe, expect, test } from "bun:test";
import { gbsNotifications } from "#modules/gbs/notifications";
import {
  type MailLocale,
  mailLocales,
  type NotificationDefinition,
} from "#platform/notify/notifications";
import { render } from "#platform/notify/render";
import { sampleData } from "../../support/declared-notifications.ts";

const kinds = Object.entries<NotificationDefinition>(gbsNotifications);
const everyMail = kinds.flatMap(([kind, definition]) =>
  mailLocales.map((locale) => [kind, locale, definition] as const),
);
const written = (
  definition: NotificationDefinition,
  locale: MailLocale,
  data: Readonly<Record<string, string>> = {},
) =>
  render(
    definition,
    { ...sampleData(definition), ...data },
    { name: "Emir", locale, timeZone: "Europe/Istanbul" },
  );

/** The elements of a page with the names of their attributes: what injected markup would change. */
function shapeOf(html: string): string[] {
  const shape: string[] = [];
  new HTMLRewriter()
    .on("*", {
      element: ({ tagName, attributes }) =>
        void shape.push(`${tagName} ${[...attributes].map(([name]) => name).join(" ")}`),
    })
    .transform(html);
  return shape;
}

const hostile = [
  "<script>alert(1)</script>",
  '"><a href="https://evil.example/pay">Pay here</a>',
  "{link} {chain} {constructor}",
  "Ada\r\nBcc: evil@example.org\r\n\r\nPay me",
  "\u202eoya\u202c",
  "محمد العربي",
  "x".repeat(2000),
];

describe.each(everyMail)("%s in %s", (_kind, locale, definition) => {
  test("ends with the whole head of the custody log, and what it is for", () => {
    const { closing = [], subject, paragraphs } = definition.texts[locale];
    expect(closing.at(-1)).toMatch(/\{chain\}.{20}/);
    for (const line of [subject, ...paragraphs, ...closing.slice(0, -1)])
      expect(line).not.toContain("{chain}");
    const chain = `117:${"0a".repeat(32)}`;
    const { text, html } = written(definition, locale, { chain });
    for (const form of [text, html]) expect(form).toContain(chain);
  });

  test("says who and how much without being opened", () => {
    const message = written(definition, locale);
    expect(message.text).toMatch(/Ada Lovelace|bora@example\.org/);
    expect(message.text).toMatch(/1[.,]250[.,]00\s|850[.,]50\s/);
    expect(message.subject).toMatch(/Ada Lovelace|1[.,]250[.,]00|FinTrack|offers|Angebote|tekl/i);
  });

  test("keeps what people call themselves and write as text", () => {
    const plain = written(definition, locale);
    for (const name of ["person", "about", "reason", "reference"].filter((datum) =>
      definition.data.includes(datum),
    ))
      for (const words of hostile) {
        const message = written(definition, locale, { [name]: words });
        expect(shapeOf(message.html)).toEqual(shapeOf(plain.html));
        expect(message.text.split("\n").length).toBe(plain.text.split("\n").length);
        expect(message.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(`${message.text}${message.html}`).not.toMatch(/evil\.example|evil@example/);
      }
  });
});

describe("an invitation to somebody without an account", () => {
  const invited = gbsNotifications["gbs.offer_invited"];

  test("has no word of the lender's but his name", () => {
    expect([...invited.data].sort()).toEqual(["chain", "link", "money", "person", "time"]);
  });

  test.each([
    "evil.example",
    "visit https://evil.example/x",
    "boss@evil.example",
    "ｅｖｉｌ．ｅｘａｍｐｌｅ",
    "\u200b",
    " ",
  ])("names nobody for %j", (person) => {
    for (const [locale, somebody] of [
      ["en", "Somebody"],
      ["de", "Jemand"],
      ["tr", "Biri"],
    ] as const) {
      const message = written(invited, locale, { person });
      expect(message.subject).toStartWith(`${somebody} `);
      for (const part of [message.subject, message.text, message.html])
        expect(part.normalize("NFKC")).not.toMatch(/evil[.。]example/i);
    }
  });
});

describe("offers", () => {
  test("show the borrower as the lender has named him until he has accepted", () => {
    for (const kind of ["offer_declined", "offer_expired", "text_hidden"] as const)
      expect(gbsNotifications[`gbs.${kind}`].data as readonly string[]).not.toContain("person");
  });

  test("bring no description to whoever has agreed to nothing", () => {
    for (const kind of ["offer_received", "offer_invited", "offer_withdrawn"] as const)
      expect(gbsNotifications[`gbs.${kind}`].data as readonly string[]).not.toContain("about");
  });
});

describe("what can be switched off", () => {
  test("are reminders, and nothing that binds", () => {
    const muted = kinds.filter(([, { category }]) => category !== null).map(([kind]) => kind);
    expect(muted.sort()).toEqual(["gbs.due_soon", "gbs.overdue_borrower", "gbs.overdue_lender"]);
  });

  test("speaks to whoever reads it", () => {
    const said = (kind: keyof typeof gbsNotifications) =>
      written(gbsNotifications[kind], "en").text;
    expect(said("gbs.due_soon")).toContain("You owe Ada Lovelace 1,250.00\u00a0EUR");
    expect(said("gbs.overdue_borrower")).toContain("You still owe Ada Lovelace");
    expect(said("gbs.overdue_lender")).toContain("Ada Lovelace still owes you");
  });
});

test("days and amounts are written as the reader's language has them", () => {
  const dueSoon = gbsNotifications["gbs.due_soon"];
  const data = { money: "1250000.00 EUR" };
  const said = (locale: MailLocale) =>
    written(dueSoon, locale, data).text.replaceAll("\u00a0", " ");
  expect(said("en")).toMatch(/1,250,000\.00 EUR[\s\S]*December 1, 2026/);
  expect(said("de")).toMatch(/1\.250\.000,00 EUR[\s\S]*1\. Dezember 2026/);
  expect(said("tr")).toMatch(/1\.250\.000,00 EUR[\s\S]*1 Aralık 2026/);
});
