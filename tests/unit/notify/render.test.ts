import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { mailLocaleOf, writtenDay, writtenMoney, writtenTime } from "#platform/notify/language";
import type { NotificationDefinition, NotificationText } from "#platform/notify/notifications";
import { fill, placeholdersOf } from "#platform/notify/placeholders";
import { type Reader, render } from "#platform/notify/render";

const text: NotificationText = {
  subject: "About {what}",
  paragraphs: ["Seen: {what}", "On {time}."],
  code: "{code}",
  closing: ["Bye, {what}."],
};
const definition = (changes: Partial<NotificationText> = {}): NotificationDefinition => ({
  category: null,
  expiresAfterSeconds: 600,
  data: ["what", "time", "code", "link"],
  texts: { en: { ...text, ...changes }, tr: { ...text, ...changes }, de: { ...text, ...changes } },
});
const data = {
  what: "something",
  time: "2026-11-22T13:05:00.000Z",
  code: "482913",
  link: "https://app.example.org/reset#token=a&b",
};
const reader: Reader = { name: "Ada", locale: "en-GB", timeZone: "Europe/London" };
const ofName = (name: string) => render(definition(), data, { ...reader, name });
const ofDatum = (what: string) => render(definition(), { ...data, what }, reader);

/** The elements of a page in order, with the names of their attributes: what injected markup would change. */
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
const linesIn = (message: string) => message.split("\n").length;

const hostile = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "</title></head><body><h1>Hi",
  "<%= it.code %>",
  "<%~ process.exit() %>",
  "{code}",
  "{what}{link}{constructor}",
  "&lt;b&gt; &amp; &#60;",
  "Ada\r\nBcc: evil@example.org\r\n\r\nBuy this",
  "\u202etxt.exe\u202c \u2066x\u2069",
  "a\u2028b\u2029c\u0085d\u0000e",
  "محمد العربي",
  "שלום עולם",
  "İstanbul'da ığüşöç ĞÜŞİÖÇ",
  "Jürgen Größmann-Öztürk ẞ",
  "$& $1 $` $' \\n",
  "\ud800 half",
];

describe("whatever somebody is called or writes", () => {
  test.each(hostile)("%j changes neither the page nor the lines of the message", (words) => {
    const plain = [ofName("Ada"), ofDatum("something")];
    for (const [index, message] of [ofName(words), ofDatum(words)].entries()) {
      const expected = plain[index];
      if (!expected) throw new Error("nothing to compare with");
      expect(shapeOf(message.html)).toEqual(shapeOf(expected.html));
      expect(linesIn(message.text)).toBe(linesIn(expected.text));
      expect(message.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(message.code).toBe("482913");
    }
  });

  test("a placeholder or template tag stays what it is: words", () => {
    const { text: plain, html } = ofDatum("{code} <%= code %>");
    expect(plain).toContain("Seen: {code} <%= code %>");
    expect(html).toContain("Seen: {code} &lt;%= code %&gt;");
  });

  test("letters of every language arrive as they are", () => {
    for (const name of ["Şule Işık Öğüt", "Jürgen Größmann", "Nguyễn Văn Đức", "王小明"])
      expect(ofName(name).text.split("\n")[0]).toBe(`Hello ${name},`);
  });

  test("a name from right to left does not turn the sentence around it", () => {
    for (const name of ["محمد العربي", "שלום עולם"])
      for (const part of [ofName(name).text, ofName(name).html])
        expect(part).toContain(`Hello \u2068${name}\u2069,`);
  });

  test("nothing that a mail program would make a link of is said in our name", () => {
    const links = [
      "visit https://evil.example/x now",
      "evil.example",
      "www.evil.example",
      "write to boss@evil.example",
      "ｅｖｉｌ．ｅｘａｍｐｌｅ",
      "evil。example",
      "mailto:x@evil.example",
    ];
    for (const words of links) {
      for (const message of [ofName(words), ofDatum(words)])
        for (const part of [message.subject, message.text, message.html])
          expect(part.normalize("NFKC")).not.toMatch(/evil[.。]example/i);
      expect(ofName(words).text.split("\n")[0]).toBe("Hello,");
    }
    const device = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    expect(ofDatum(device).text).toContain(device);
    expect(ofDatum("203.0.113.7, 2001:db8::/64").text).toContain("203.0.113.7, 2001:db8::/64");
  });

  test("a name takes 40 characters at most", () => {
    expect(ofName("x".repeat(41)).text.split("\n")[0]).toBe(`Hello ${"x".repeat(39)}…,`);
    expect(ofName("😀".repeat(40)).text.split("\n")[0]).toBe(`Hello ${"😀".repeat(40)},`);
  });

  test("no text at all changes the page, the lines or the number of links", () => {
    const [name, datum] = [ofName("Ada"), ofDatum("something")];
    const words = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string(),
      fc
        .array(fc.constantFrom(...hostile, "<", ">", '"', "'", "&", "\n", "{code}", "<%"))
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(words, (given) => {
        for (const [message, expected] of [
          [ofName(given), name],
          [ofDatum(given), datum],
        ] as const) {
          expect(shapeOf(message.html)).toEqual(shapeOf(expected.html));
          expect(linesIn(message.text)).toBe(linesIn(expected.text));
          expect(message.subject).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e]/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a link", () => {
  const withLink = definition({ action: { label: "Go on", url: "{link}" } });

  test("stands in both forms, escaped where it must be", () => {
    const message = render(withLink, data, reader);
    expect(message.text).toContain("Go on:\nhttps://app.example.org/reset#token=a&b\n");
    expect(message.html).toContain('href="https://app.example.org/reset#token=a&amp;b"');
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "nonsense", ""])(
    "is a web address, not %j",
    (link) => {
      expect(() => render(withLink, { ...data, link }, reader)).toThrow("no web address");
    },
  );
});

describe("placeholders", () => {
  test("are filled once, each with its own datum", () => {
    expect(fill("{a}-{b}-{a}", { a: "{b}", b: "$&" })).toBe("{b}-$&-{b}");
    expect(placeholdersOf("{a} {b} {a} { c } {1}")).toEqual(["a", "b"]);
  });

  test("without a datum are an error, not an empty word", () => {
    expect(() => fill("{a}", {})).toThrow("{a}");
    expect(() => fill("{constructor}", {})).toThrow("{constructor}");
    expect(() => render(definition(), { code: "1", time: data.time }, reader)).toThrow("{what}");
  });
});

describe("the language", () => {
  test.each([
    ["en", "en"],
    ["en-US", "en"],
    ["tr-TR", "tr"],
    ["TR", "tr"],
    ["de-AT", "de"],
    ["de-Latn-CH-1996", "de"],
    ["ja-JP", "en"],
    ["tro", "en"],
    ["", "en"],
  ])("for %j is %s", (tag, locale) => expect(mailLocaleOf(tag)).toBe(locale as "en"));

  test("of the whole message is the reader's, also in what stands around it", () => {
    const inTurkish = render(definition(), data, { ...reader, locale: "tr-TR" });
    expect(inTurkish.text).toStartWith("Merhaba Ada,\n");
    expect(inTurkish.html).toContain('<html lang="tr"');
    const inGerman = render({ ...definition(), category: "plan" }, data, {
      ...reader,
      locale: "de",
    });
    expect(inGerman.text).toStartWith("Guten Tag Ada!\n");
    expect(inGerman.text).toContain("in den Einstellungen abschalten");
  });
});

describe("a time", () => {
  const at = (tag: string, zone: string) => writtenTime(data.time, tag, zone).replace(/\s/g, " ");

  test("is written out in the reader's language and time zone", () => {
    expect(at("en-GB", "Europe/London")).toBe("22 November 2026 at 13:05 GMT");
    expect(at("tr-TR", "Europe/Istanbul")).toBe("22 Kasım 2026 16:05 GMT+3");
    expect(at("de-DE", "Europe/Berlin")).toBe("22. November 2026 um 14:05 MEZ");
    expect(at("en-US", "America/New_York")).toBe("November 22, 2026 at 08:05 AM EST");
  });

  test("is in UTC and English for whoever set something else", () => {
    expect(at("ja-JP", "Mars/Olympus")).toBe("November 22, 2026 at 01:05 PM UTC");
    expect(at("de-!!", "UTC")).toBe("22. November 2026 um 13:05 UTC");
    expect(at("en-u-ca-islamic-nu-arab", "UTC")).toContain("November 22, 2026");
  });
});

describe("a day", () => {
  test.each([
    ["en-GB", "1 December 2026"],
    ["en-US", "December 1, 2026"],
    ["de-AT", "1. Dezember 2026"],
    ["tr-TR", "1 Aralık 2026"],
    ["ja-JP", "December 1, 2026"],
    ["de-!!", "1. Dezember 2026"],
    ["en-u-ca-islamic-nu-arab", "December 1, 2026"],
  ])("for %j is %j", (tag, written) => expect(writtenDay("2026-12-01", tag)).toBe(written));
});

describe("an amount", () => {
  test.each([
    ["1250.00 EUR", "en-GB", "1,250.00 EUR"],
    ["1250.00 EUR", "de-DE", "1.250,00 EUR"],
    ["-1250.50 TRY", "tr-TR", "-1.250,50 TRY"],
    ["123456789012345678901234.12345678 BTC", "en", "123,456,789,012,345,678,901,234.12345678 BTC"],
    ["7 JPY", "de-!!", "7 JPY"],
    ["1250.00 1INCH", "en-u-nu-arab", "1,250.00 1INCH"],
  ])("%j in %j is %j", (money, tag, written) =>
    expect(writtenMoney(money, tag).replace("\u00a0", " ")).toBe(written),
  );

  test("without a currency, or no number at all, is a defect", () => {
    for (const money of ["1250.00", "EUR", "", "1e3 EUR", "1,250.00 EUR"])
      expect(() => writtenMoney(money, "en")).toThrow();
  });
});

describe("data that are values", () => {
  const withData = (words: string): NotificationDefinition => {
    const said = { subject: words, paragraphs: [words] };
    return { ...definition(), texts: { en: said, tr: said, de: said } };
  };
  const saidOf = (name: string, value: string, locale = "en") =>
    render(withData(`{${name}}`), { ...data, [name]: value }, { ...reader, locale }).subject;

  test("a person is named as a greeting would, or as somebody", () => {
    expect(saidOf("person", "Şule Öğüt")).toBe("Şule Öğüt");
    expect(saidOf("person", "x".repeat(60))).toBe(`${"x".repeat(39)}…`);
    expect(saidOf("person", "www.evil.example")).toBe("Somebody");
    expect(saidOf("person", "\u202e", "de-DE")).toBe("Jemand");
  });

  test("an address stands as it is only when it is one", () => {
    expect(saidOf("address", "bora@example.org")).toBe("bora@example.org");
    expect(saidOf("address", "bora@example.org, eve@example.org")).not.toContain("@");
    expect(saidOf("address", "see https://evil.example/x")).not.toContain("evil");
  });
});
