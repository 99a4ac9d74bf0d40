import { cleanText } from "./redaction.ts";

const maxCauses = 5;
const maxFrames = 30;
const maxMessageLength = 2000;

/** An error as a log line holds it: nothing but these fields, whatever else hangs on the error. */
export type ErrorFields = {
  type: string;
  message: string;
  code?: string;
  /** Of a PostgreSQL error: what was hit, never with which values. */
  database?: { [part: string]: string };
  stack?: string[];
  cause?: ErrorFields;
  errors?: ErrorFields[];
};

/**
 * Describes an error and up to five causes. Left out on purpose: query parameters (Drizzle puts them into its
 * message), the values in PostgreSQL's messages and details, the rejected values in Elysia's validation errors.
 */
export function describeError(error: unknown, depth = 0): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: thrownValue(error) };
  const fields: ErrorFields = { type: typeOf(error), message: messageOf(error) };
  const code = codeOf(error);
  if (code !== undefined) fields.code = code;
  const database = databasePartsOf(error);
  if (database !== undefined) fields.database = database;
  const stack = framesOf(error);
  if (stack.length > 0) fields.stack = stack;
  if (depth >= maxCauses) return fields;
  if (error.cause !== undefined && error.cause !== null)
    fields.cause = describeError(error.cause, depth + 1);
  if (error instanceof AggregateError)
    fields.errors = error.errors.slice(0, maxCauses).map((part) => describeError(part, depth + 1));
  return fields;
}

const thrownValue = (value: unknown) =>
  typeof value === "string" ? bounded(cleanText(value)) : "a value that is not an Error was thrown";

const bounded = (text: string) =>
  text.length > maxMessageLength ? `${text.slice(0, maxMessageLength)}…` : text;

function typeOf(error: Error): string {
  // Most libraries leave `name` at "Error" and only name the class.
  const { name } = error;
  return (name === "Error" ? error.constructor.name : name).slice(0, 100) || "Error";
}

function messageOf(error: Error): string {
  if (has(error, "query") && has(error, "params"))
    return bounded(`Failed query: ${cleanText(String(error.query))}`);
  if (has(error, "validator") && has(error, "type"))
    return `Validation failed on ${cleanText(String(error.type))}${validatedPath(error)}`;
  const message = bounded(cleanText(String(error.message)));
  // Data exceptions of PostgreSQL (class 22) and JSON syntax errors quote the value that they refuse.
  return isDataException(error) || error instanceof SyntaxError
    ? message.replace(/".*"/s, '"…"')
    : message;
}

function validatedPath(error: Error): string {
  const first: unknown = has(error, "valueError") ? error.valueError : undefined;
  return first instanceof Object && "path" in first ? ` at "${String(first.path)}"` : "";
}

const has = <K extends string>(error: Error, key: K): error is Error & Record<K, unknown> =>
  key in error;

const isDataException = (error: Error) =>
  has(error, "code") && typeof error.code === "string" && /^22[0-9A-Z]{3}$/.test(error.code);

/** SQLSTATE ("23505"), system ("ECONNREFUSED") and our own ("currency.rate_not_found") codes; never a typed-in one. */
function codeOf(error: Error): string | undefined {
  if (!has(error, "code") || typeof error.code !== "string") return undefined;
  const known = /^(?:[0-9A-Z]{5}|[A-Z][A-Z_]{2,48}|[a-z][a-z_]{0,30}(?:\.[a-z_]{1,48}){1,3})$/;
  return known.test(error.code) ? error.code : undefined;
}

const databaseParts = ["schema_name", "table_name", "column_name", "constraint_name", "routine"];

function databasePartsOf(error: Error): { [part: string]: string } | undefined {
  const parts = databaseParts.flatMap((part) => {
    const value: unknown = has(error, part) ? error[part] : undefined;
    return typeof value === "string" && value !== "" ? [[part, value.slice(0, 128)]] : [];
  });
  return parts.length > 0 ? Object.fromEntries(parts) : undefined;
}

/** Only the frames: the text before them repeats the message, parameters included. */
function framesOf(error: Error): string[] {
  const stack = typeof error.stack === "string" ? error.stack : "";
  const start = stack.indexOf(error.message);
  return (start < 0 ? stack : stack.slice(start + error.message.length))
    .split("\n", maxFrames)
    .map((line) => line.trim())
    .filter((line) => /^at .{1,300}(?::\d+|\(native\)|\(unknown\))\)?$/.test(line));
}
