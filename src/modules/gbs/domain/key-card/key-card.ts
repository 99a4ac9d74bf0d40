import type { DocumentLanguage, Fact, SecretPage } from "#platform/documents/model";
import type { Id } from "#platform/kernel/ids";
import type { Money } from "#platform/kernel/money";
import type { Instant } from "#platform/kernel/time";
import type { KeyCardTexts } from "./key-card-texts.ts";
import { keyCardTexts } from "./texts-of.ts";

/** What a key is to, and for whom it is printed. */
export type KeyCardFacts = {
  /** As it is shown. */
  readonly key: string;
  readonly language: DocumentLanguage;
  /** IANA name. */
  readonly timeZone: string;
  readonly madeAt: Instant;
  readonly debtId: Id;
  readonly amount: Money;
  readonly lender: string;
  readonly borrower: string;
  /** How many keys were shown until this one, which alone opens it. */
  readonly generation: number;
  /** Of the header that the key opens, hex. */
  readonly headerSha256: string;
  /** Of the opened recording: hex, bytes, media type. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly mediaType: string;
};

const endings: Readonly<Record<string, string>> = {
  ...{ "video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "webm" },
};

/** A page for the lender alone: the key, and what it is good for without us. */
export function keyCardOf(facts: KeyCardFacts): SecretPage {
  const { key, language, timeZone, madeAt, debtId, headerSha256, lender, borrower } = facts;
  const texts = keyCardTexts(language);
  return {
    ...{ id: debtId, title: texts.title, subtitle: `${lender} – ${borrower}` },
    ...{ language, timeZone, createdAt: madeAt, fingerprint: headerSha256 },
    ...{ warning: texts.warning, secret: key, facts: factsOf(facts, texts) },
    instructions: { title: texts.howTo, steps: texts.steps(commandFor(facts.mediaType)) },
  };
}

const commandFor = (mediaType: string): string =>
  `age --decrypt --output video.${endings[mediaType] ?? "bin"} evidence.age`;

function factsOf(facts: KeyCardFacts, texts: KeyCardTexts): readonly Fact[] {
  const said = (id: string, label: string, value: string): Fact => ({
    ...{ id, label, kind: "text", value },
  });
  return [
    said("lender", texts.lender, facts.lender),
    said("borrower", texts.borrower, facts.borrower),
    { id: "amount", label: texts.amount, kind: "money", value: facts.amount },
    said("debt", texts.debt, facts.debtId),
    { id: "generation", label: texts.generation, kind: "number", value: String(facts.generation) },
    said("recording", texts.recording, `${facts.mediaType}, ${facts.sizeBytes} ${texts.bytes}`),
    said("sha256", texts.sha256, facts.sha256),
    said("header", texts.header, facts.headerSha256),
    { id: "made", label: texts.madeAt, kind: "instant", value: facts.madeAt },
  ];
}
