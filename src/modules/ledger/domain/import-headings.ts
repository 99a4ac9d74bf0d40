import { type CurrencyCode, isCurrencyCode } from "#platform/kernel/money";
import { foldWords } from "./import-words.ts";

export type Language = "tr" | "de" | "en";

/** What a column holds, by its heading. `reference` is a text that looks like an id but comes back every month. */
export type ColumnKind =
  | "date"
  | "value_date"
  | "amount"
  | "debit"
  | "credit"
  | "sign"
  | "balance"
  | "currency"
  | "payee"
  | "note"
  | "id"
  | "reference"
  | "other";

/** Folded headings, the best ones of each kind first. */
const headings: Readonly<Record<ColumnKind, Readonly<Record<Language, readonly string[]>>>> = {
  date: {
    tr: [
      "islem tarihi",
      "tarih",
      "hareket tarihi",
      "muhasebe tarihi",
      "kayit tarihi",
      "islem tarih",
      "tarih saat",
      "islem tarihi saati",
      "islem tarihi ve saati",
    ],
    de: [
      "buchungstag",
      "buchungsdatum",
      "buchung",
      "datum",
      "umsatzdatum",
      "transaktionsdatum",
      "belegdatum",
      "kaufdatum",
      "buchungszeit",
    ],
    en: [
      "transaction date",
      "booking date",
      "date",
      "posting date",
      "posted date",
      "post date",
      "date posted",
      "completed date",
      "date completed",
      "started date",
      "entry date",
    ],
  },
  value_date: {
    tr: ["valor", "valor tarihi"],
    de: [
      "wertstellung",
      "valuta",
      "valutadatum",
      "wertstellungsdatum",
      "wertstellungstag",
      "valutatag",
      "wert",
    ],
    en: ["value date", "valuta date", "settlement date"],
  },
  amount: {
    tr: ["tutar", "islem tutari", "hareket tutari", "islem miktari"],
    de: ["betrag", "umsatz", "umsatzbetrag", "buchungsbetrag", "betrag in kontowahrung"],
    en: ["amount", "transaction amount", "value", "booking amount"],
  },
  debit: {
    tr: ["borc", "borc tutari", "cikan", "cikan tutar", "cekilen", "giden", "giden tutar", "gider"],
    de: [
      "soll",
      "belastung",
      "belastungen",
      "ausgang",
      "ausgaben",
      "ausgabe",
      "lastschrift",
      "betrag soll",
      "soll betrag",
    ],
    en: [
      "debit",
      "debit amount",
      "paid out",
      "money out",
      "withdrawal",
      "withdrawals",
      "withdrawal amount",
      "debits",
      "out",
    ],
  },
  credit: {
    tr: [
      "alacak",
      "alacak tutari",
      "giren",
      "giren tutar",
      "yatan",
      "yatirilan",
      "gelen",
      "gelen tutar",
      "gelir",
    ],
    de: [
      "haben",
      "gutschrift",
      "gutschriften",
      "eingang",
      "einnahmen",
      "einnahme",
      "betrag haben",
      "haben betrag",
    ],
    en: [
      "credit",
      "credit amount",
      "paid in",
      "money in",
      "deposit",
      "deposits",
      "deposit amount",
      "credits",
      "in",
    ],
  },
  sign: {
    tr: ["borc alacak", "b a", "ba", "a b", "islem yonu", "yon"],
    de: [
      "soll haben",
      "s h",
      "sh",
      "soll haben kennzeichen",
      "soll haben kennung",
      "vorzeichen",
      "kennzeichen",
    ],
    en: [
      "debit credit",
      "credit debit",
      "dr cr",
      "cr dr",
      "d c",
      "c d",
      "credit debit indicator",
      "debit or credit",
      "debit credit indicator",
    ],
  },
  balance: {
    tr: ["bakiye", "kalan bakiye", "guncel bakiye", "son bakiye", "islem sonrasi bakiye"],
    de: ["saldo", "kontostand", "saldo nach buchung", "neuer saldo"],
    en: ["balance", "running balance", "account balance", "balance after"],
  },
  currency: {
    tr: ["para birimi", "doviz", "doviz cinsi", "doviz kodu", "para cinsi", "doviz turu"],
    de: ["wahrung", "waehrung", "kontowahrung"],
    en: ["currency", "currency code", "ccy"],
  },
  payee: {
    tr: [
      "karsi taraf",
      "alici gonderen",
      "gonderen alici",
      "alici",
      "gonderen",
      "alici adi",
      "gonderen adi",
      "karsi hesap adi",
      "unvan",
      "alici unvani",
      "isyeri",
      "isyeri adi",
      "uye isyeri",
    ],
    de: [
      "auftraggeber empfanger",
      "empfanger auftraggeber",
      "name zahlungsbeteiligter",
      "begunstigter zahlungspflichtiger",
      "beguenstigter zahlungspflichtiger",
      "empfanger",
      "auftraggeber",
      "zahlungspflichtige r",
      "zahlungsempfanger in",
      "zahlungsempfanger",
      "zahlungspflichtiger",
      "auftraggeber beguenstigter",
      "auftraggeber begunstigter",
      "name des partners",
      "partnername",
      "handler",
    ],
    en: [
      "payee",
      "counterparty",
      "counter party",
      "merchant",
      "merchant name",
      "name",
      "payer payee",
      "beneficiary",
      "partner name",
      "counterparty name",
    ],
  },
  note: {
    tr: ["aciklama", "islem aciklamasi", "islem", "islem tipi", "islem turu", "bilgi", "detay"],
    de: [
      "verwendungszweck",
      "buchungstext",
      "umsatztext",
      "vorgang",
      "vorgang verwendungszweck",
      "beschreibung",
      "betreff",
      "zahlungsgrund",
      "buchungsdetails",
      "umsatztyp",
    ],
    en: [
      "description",
      "transaction description",
      "details",
      "memo",
      "narrative",
      "notes",
      "text",
      "particulars",
      "type",
      "transaction type",
    ],
  },
  id: {
    tr: [
      "dekont no",
      "dekont numarasi",
      "fis no",
      "islem no",
      "islem numarasi",
      "referans",
      "referans no",
      "referans numarasi",
      "islem referansi",
      "banka referansi",
    ],
    de: [
      "transaktions id",
      "umsatz id",
      "buchungsreferenz",
      "bankreferenz",
      "referenz",
      "referenznummer",
      "belegnummer",
      "transaktionsnummer",
    ],
    en: [
      "transaction id",
      "id",
      "fitid",
      "bank reference",
      "transaction number",
      "transaction reference",
    ],
  },
  reference: {
    tr: ["musteri referansi"],
    de: [
      "kundenreferenz",
      "kundenreferenz end to end",
      "end to end referenz",
      "mandatsreferenz",
      "sammlerreferenz",
      "zahlungsreferenz",
    ],
    en: [
      "reference",
      "payment reference",
      "customer reference",
      "end to end reference",
      "check number",
      "cheque number",
    ],
  },
  other: { tr: [], de: [], en: [] },
};

/** Longer headings that only hold a word, tried in this order; what is not the account's own money comes first. */
const holding: readonly (readonly [RegExp, ColumnKind])[] = [
  [
    /\b(original|orijinal|ursprung\w*|fremd\w*|foreign|local|doviz tutari|kur|masraf|komisyon|gebuhr\w*|fee|exchange|rate|lastschrift ursprungsbetrag)\b/,
    "other",
  ],
  [
    /\b(iban|bic|blz|kontonummer|konto|account|hesap|kategorie|category|kategori|saat|time|uhrzeit)\b/,
    "other",
  ],
  [/\b(bakiye\w*|saldo|kontostand|balance)\b/, "balance"],
  [/\b(para birimi|wahrung|currency)\b/, "currency"],
  [/\b(valor|valuta|wertstellung|value date)\b/, "value_date"],
  [/\b(tarih|tarihi|datum|buchungstag|date)\b/, "date"],
  [
    /\b(borc|soll|debit|paid out|money out|withdrawals?)\b.*\b(alacak|haben|credit|paid in|money in|deposits?)\b/,
    "sign",
  ],
  [/\b(borc|soll|debit|paid out|money out|withdrawals?)\b/, "debit"],
  [/\b(alacak|haben|credit|paid in|money in|deposits?)\b/, "credit"],
  [/\b(tutar|tutari|betrag|amount)\b/, "amount"],
  [/\b(dekont|fis) n(o|umarasi)\b/, "id"],
  [/\b(aciklama\w*|verwendungszweck|description|buchungstext)\b/, "note"],
  [/\b(empfanger|auftraggeber|payee|gonderen|alici)\b/, "payee"],
];

const known = new Map<string, { kind: ColumnKind; language: Language; rank: number }>();
for (const [kind, languages] of Object.entries(headings))
  for (const [language, texts] of Object.entries(languages))
    for (const [rank, text] of texts.entries())
      if (!known.has(text))
        known.set(text, { kind: kind as ColumnKind, language: language as Language, rank });

/** After every exact heading. */
const holdingRank = 100;

export type Heading = {
  readonly kind: ColumnKind;
  /** 0 is the best of its kind. */
  readonly rank: number;
  readonly language: Language | null;
  /** "Betrag (EUR)" states one. */
  readonly currency: CurrencyCode | null;
};

const maxHeadingCharacters = 80;

/** null = no heading of a bank's file. */
export function headingOf(cell: string): Heading | null {
  if (cell === "" || cell.length > maxHeadingCharacters) return null;
  const { text, currency } = takeCurrency(cell);
  const words = foldWords(text);
  const exact = known.get(words) ?? known.get(foldWords(cell));
  if (exact) return { ...exact, currency };
  const held = holding.find(([pattern]) => pattern.test(words));
  return held ? { kind: held[1], rank: holdingRank, language: null, currency } : null;
}

/** As banks write them, besides ISO 4217. "$" and "¥" are left out: several currencies have them. */
const currencyNames: Readonly<Record<string, string>> = {
  "€": "EUR",
  "₺": "TRY",
  "£": "GBP",
  tl: "TRY",
  ytl: "TRY",
  trl: "TRY",
  euro: "EUR",
  us$: "USD",
};
const several: Readonly<Record<string, RegExp>> = {
  $: /^(?:USD|CAD|AUD|NZD|SGD|HKD|MXN|ARS|CLP|COP|TWD)$/,
  "¥": /^(?:JPY|CNY)$/,
};

/** The currency that is meant by "TL", "€" or "usd"; null = none that can be told from it. */
export function currencyNamed(text: string): CurrencyCode | null {
  const trimmed = text.trim();
  const code = currencyNames[trimmed.toLowerCase()] ?? trimmed.toUpperCase();
  return isCurrencyCode(code) && /^[A-Z]{3}$/.test(code) ? code : null;
}

/** Whether "$" may be what is meant by `currency`. */
export const mayMean = (text: string, currency: CurrencyCode): boolean =>
  several[text.trim()]?.test(currency) ?? currencyNamed(text) === currency;

const atTheEnd = /^(.+?)[\s(/,]*(?:\bin\s+)?[([]?\s*(€|₺|£|EUR|Euro|TRY|TL|USD|GBP|CHF)\s*[)\]]?$/u;

function takeCurrency(cell: string): { text: string; currency: CurrencyCode | null } {
  const match = atTheEnd.exec(cell.trim());
  if (!match?.[1] || !match[2]) return { text: cell, currency: null };
  return { text: match[1].replace(/\s+in$/i, ""), currency: currencyNamed(match[2]) };
}

/** The language that most of these headings are in; null = none of them is known. */
export function languageOf(cells: readonly string[]): Language | null {
  const counts = { tr: 0, de: 0, en: 0 };
  for (const cell of cells) {
    const language = headingOf(cell)?.language;
    if (language) counts[language] += 1;
  }
  const best = (["tr", "de", "en"] as const).toSorted((a, b) => counts[b] - counts[a])[0];
  return best && counts[best] > 0 ? best : null;
}

/** The kinds of columns that these cells are headings of. */
export function knownKinds(cells: readonly string[]): ReadonlySet<ColumnKind> {
  const kinds = new Set(cells.flatMap((cell) => headingOf(cell)?.kind ?? []));
  kinds.delete("other");
  return kinds;
}

export const hasDateAndMoney = (kinds: ReadonlySet<ColumnKind>): boolean =>
  (kinds.has("date") || kinds.has("value_date")) &&
  (kinds.has("amount") || kinds.has("debit") || kinds.has("credit"));

const turkishWords =
  /\b(tarih|tarihi|aciklama|tutar|tutari|bakiye|alacak|borc|islem|hesap|dekont|valor|havale|odeme|odemesi|alisveris|maas|kira|fatura|subesi|ucreti|musteri)\b/;

/** Whether words occur that only a Turkish file has. */
export const readsAsTurkish = (text: string): boolean => turkishWords.test(foldWords(text));
