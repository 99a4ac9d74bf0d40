import { type TSchema, t } from "elysia";
import { FormatRegistry, TypeRegistry } from "elysia/type-system";
import { maxFractionDigits, maxIntegerDigits } from "../kernel/decimal.ts";
import { isId } from "../kernel/ids.ts";
import { defaultPageLimit, maxPageLimit } from "../kernel/page.ts";
import { isInstant, isLocalDate } from "../kernel/time.ts";
import { maxVersion } from "./if-match.ts";
import { describeText } from "./sentences.ts";

// The kernel decides what a value is; these replace Elysia's own formats, which take 30 February.
FormatRegistry.Set("date", isLocalDate);
FormatRegistry.Set("date-time", isInstant);
FormatRegistry.Set("uuid", (text) => isId(text.toLowerCase()));
// A lone surrogate has no UTF-8 form: PostgreSQL would store another text than it was given.
FormatRegistry.Set("text", (text) => text.isWellFormed());

const decimalPattern = `^-?(0|[1-9][0-9]{0,${maxIntegerDigits - 1}})(\\.[0-9]{1,${maxFractionDigits}})?$`;
const currencyPattern = "^[A-Z0-9]{2,12}$";
const countryPattern = "^[A-Za-z]{2}$";
const cursorPattern = "^[A-Za-z0-9_-]+$";
const textPattern = "^[^\\u0000-\\u001f\\u007f-\\u009f]*$";
describeText(decimalPattern, 'Must be a decimal like "12.34", as text.');
describeText(currencyPattern, 'Must be a currency code like "EUR".');
describeText(countryPattern, 'Must be a country code like "TR".');
describeText(cursorPattern, "Must be a cursor as an answer gave it.");
describeText(textPattern, "Must have no control characters.");
describeText("date", 'Must be a calendar date like "2026-11-22".');
describeText("date-time", 'Must be an instant with a zone, like "2026-11-22T09:30:00Z".');
describeText("uuid", "Must be a UUID.");
describeText("text", "Must be well-formed text.");

type Described = { readonly description?: string; readonly examples?: readonly unknown[] };

/** A calendar day "2026-11-22". */
export const localDate = (options: Described = {}) =>
  t.String({ format: "date", maxLength: 10, examples: ["2026-11-22"], ...writable(options) });

/** ISO 8601 with a zone. In: parse with the kernel's parseInstant. Out: UTC with milliseconds. */
export const instant = (options: Described = {}) =>
  t.String({
    format: "date-time",
    maxLength: 40,
    examples: ["2026-11-22T09:30:00.000Z"],
    ...writable(options),
  });

/** An exact decimal as text, never a JSON number. */
export const decimal = (options: Described = {}) =>
  t.String({ pattern: decimalPattern, maxLength: 56, examples: ["12.34"], ...writable(options) });

export const currencyCode = (options: Described = {}) =>
  t.String({
    pattern: currencyPattern,
    minLength: 2,
    maxLength: 12,
    examples: ["EUR"],
    ...writable(options),
  });

/** ISO 3166-1 alpha-2, in any case. */
export const countryCode = (options: Described = {}) =>
  t.String({
    pattern: countryPattern,
    minLength: 2,
    maxLength: 2,
    examples: ["TR"],
    ...writable(options),
  });

export const id = (options: Described = {}) =>
  t.String({
    format: "uuid",
    minLength: 36,
    maxLength: 36,
    examples: ["01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21"],
    ...writable(options),
  });

/** One line of text: no control characters, at most `maxLength` UTF-16 units. */
export const text = (
  maxLength: number,
  options: Described & { readonly minLength?: number } = {},
) =>
  t.String({
    pattern: textPattern,
    format: "text",
    minLength: options.minLength ?? 0,
    maxLength,
    ...writable(options),
  });

/** One of a few words. */
export function oneOf<const V extends readonly [string, ...string[]]>(
  values: V,
  options: Described = {},
) {
  const schema = t.UnionEnum(values, { type: "string", ...writable(options) });
  // Elysia gives enumerations their first word as default, and would take it for one that was left out.
  Reflect.deleteProperty(schema, "default");
  return schema;
}

/** `{"amount":"12.34","currency":"USD"}`. */
export const money = (options: Described = {}) =>
  t.Object(
    { amount: decimal(), currency: currencyCode() },
    { additionalProperties: false, ...writable(options) },
  );

/** What may be missing, and then is null. */
export const orNull = <T extends TSchema>(schema: T, options: Described = {}) =>
  t.Union([schema, t.Null()], writable(options));

const kind = Symbol.for("TypeBox.Kind");
type Bounds = { readonly minimum: number; readonly maximum: number };
const wholeNumberText = /^(0|-?[1-9][0-9]{0,14})$/;

TypeRegistry.Set<Bounds>("WholeNumberParameter", ({ minimum, maximum }, value) => {
  const number = typeof value === "string" && wholeNumberText.test(value) ? Number(value) : value;
  return Number.isInteger(number) && Number(number) >= minimum && Number(number) <= maximum;
});
TypeRegistry.Set("YesNoParameter", (_, value) =>
  ["true", "false", true, false].includes(value as string),
);

/** A whole number in JSON. (Elysia's own t.Integer is a union with text.) */
export const wholeNumber = ({ minimum, maximum, ...options }: Bounds & Described) =>
  t.Unsafe<number>({ [kind]: "Integer", type: "integer", minimum, maximum, ...writable(options) });

/** Of a row that changes: 1 when it is made, one more with each change. Beside it goes the header ETag. */
export const version = wholeNumber({
  minimum: 1,
  maximum: maxVersion,
  description: "Rises with each change; the answer's ETag, for If-Match.",
  examples: [3],
});

/** A whole number in the query: "50", not "5e1", "0x32" or " 50". With `default` it is always there. */
export function wholeNumberParameter(options: Bounds & Described & { readonly default?: number }) {
  const schema = t.Unsafe<number>({ [kind]: "WholeNumberParameter", type: "integer", ...options });
  // Elysia decodes a query twice, so decoding has to bear its own result.
  const parameter = t.Transform(schema).Decode(Number).Encode(Number);
  return options.default === undefined ? parameter : optionalWithDefault(parameter);
}

/** "true" or "false" in the query. */
export function yesNoParameter(options: Described & { readonly default?: boolean } = {}) {
  const schema = t.Unsafe<boolean>({ [kind]: "YesNoParameter", type: "boolean", ...options });
  const parameter = t
    .Transform(schema)
    .Decode((value) => String(value) === "true")
    .Encode(Boolean);
  return options.default === undefined ? parameter : optionalWithDefault(parameter);
}

/** How many items of a list. */
export const pageLimit = wholeNumberParameter({
  minimum: 1,
  maximum: maxPageLimit,
  default: defaultPageLimit,
  description: "How many items at most.",
  examples: [defaultPageLimit],
});

/** Where the next page of a list begins. */
export const cursor = t.Optional(
  t.String({
    pattern: cursorPattern,
    minLength: 1,
    maxLength: 1024,
    description: "`nextCursor` of the page before; left out for the first page.",
  }),
);

/** `{ items, nextCursor }`: what every list answers. */
export const pageOf = <T extends TSchema>(item: T) =>
  t.Object(
    {
      items: t.Array(item, { maxItems: maxPageLimit }),
      nextCursor: orNull(t.String(), {
        description: "Give it as `cursor` to get the next page; null on the last page.",
        examples: [null],
      }),
    },
    { additionalProperties: false },
  );

/** Optional on the wire, always present for the handler. */
function optionalWithDefault<T extends TSchema>(schema: T): T {
  return t.Optional(schema) as unknown as T;
}

/** TypeBox wants mutable arrays. */
function writable({ description, examples }: Described) {
  return {
    ...(description === undefined ? {} : { description }),
    ...(examples === undefined ? {} : { examples: [...examples] }),
  };
}
