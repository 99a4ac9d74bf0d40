import type { TSchema } from "elysia";

/** TypeBox's verdict on one value: `type` is its ValueErrorType, `schema` what was expected there. */
export type Fault = { readonly type: number; readonly path: string; readonly schema: TSchema };

// @sinclair/typebox 0.34, errors.d.ts: the two verdicts that are not about a value, and those about a text's length.
const unknownField = 42;
const missingField = 45;
const textTooLong = 51;
const textTooShort = 52;
const noText = 54;

const described = new Map<string, string>();

/** What to say when a text does not match this pattern or format. */
export const describeText = (patternOrFormat: string, sentence: string): void =>
  void described.set(patternOrFormat, sentence);

/** Whether the text of this schema has a pattern or format that was described here. */
export const isDescribed = (schema: TSchema): boolean =>
  described.has(schema["pattern"]) || described.has(schema["format"]);

/** Says what was expected. The value that was found is never part of it. */
export function humanSentence({ type, schema }: Fault): string {
  if (type === missingField) return "Is required.";
  if (type === unknownField) return knownFields(schema);
  if (schema["type"] === "string" && !isShaped(schema)) return textFault(type, schema);
  return sentenceOf(schema);
}

/** Of a text that may be anything but for its length and characters: what is wrong, not all that it has to be. */
function textFault(type: number, schema: TSchema): string {
  const { minLength, maxLength } = schema;
  if (type === textTooLong) return lengthSentence("characters", undefined, maxLength);
  if (type === textTooShort)
    return minLength === 1 ? "Must not be empty." : lengthSentence("characters", minLength);
  return type === noText ? "Must be text." : sentenceOf(schema);
}

/** A name that is not ours is the client's text: what the verdict says is where it stands, and what would be right there. */
export const isUnknownField = ({ type }: Fault): boolean => type === unknownField;

function knownFields(schema: TSchema): string {
  const names = Object.keys(schema["properties"] ?? {});
  return `Has something that this request does not take. ${names.length === 0 ? "It takes nothing here" : `It takes: ${names.join(", ")}`}.`;
}

function sentenceOf(schema: TSchema): string {
  const choices = choicesOf(schema);
  if (choices.length > 0) return `Must be one of ${choices.join(", ")}.`;
  switch (schema["type"]) {
    case "string":
      return textSentence(schema);
    case "integer":
    case "number":
      return `Must be a ${schema["type"] === "integer" ? "whole " : ""}number${range(schema)}.`;
    case "boolean":
      return "Must be true or false.";
    case "array":
      return `Must be a list. ${lengthSentence("items", schema["minItems"], schema["maxItems"])}`.trim();
    case "object":
      return "Must be an object.";
    default:
      return "Has an unexpected value.";
  }
}

const textSentence = (schema: TSchema): string =>
  described.get(schema["pattern"]) ?? described.get(schema["format"]) ?? "Must be text.";

/** A date or a code has one shape: how long it is adds nothing. */
const isShaped = ({ pattern, format }: TSchema): boolean =>
  (pattern !== undefined || format !== undefined) && format !== "text";

function lengthSentence(unit: string, min?: number, max?: number): string {
  const bounds = [min ? `at least ${min}` : "", max === undefined ? "" : `at most ${max}`];
  const stated = bounds.filter(Boolean).join(" and ");
  return stated === "" ? "" : `Must have ${stated} ${unit}.`;
}

function range(schema: TSchema): string {
  const { minimum, maximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? "" : ` of at most ${maximum}`;
}

/** Literal choices of an enum or of a union of literals. */
function choicesOf(schema: TSchema): string[] {
  if (Array.isArray(schema["enum"])) return schema["enum"].map(String);
  if (schema["const"] !== undefined) return [String(schema["const"])];
  const members: unknown = schema["anyOf"];
  if (!Array.isArray(members)) return [];
  const values = members.map((member: TSchema) => member["const"]);
  return values.includes(undefined) ? [] : values.map(String);
}
