import { ValidationError } from "elysia";
import { type AppError, defineErrors, type FieldError } from "../kernel/errors.ts";
import { type Fault, humanSentence, isUnknownField } from "./sentences.ts";

const requestErrors = defineErrors("request", {
  invalid: { kind: "invalid", title: "Invalid request" },
});

/** More faults than this help nobody. */
const maxFieldErrors = 20;
/** Where a parameter stands that the request does not take. */
export const unknownParameter = "(a parameter)";

/** A 422 that names every faulty field. */
export function invalidRequest(fields: readonly FieldError[]): AppError {
  const names = fields.map((field) => field.path).join(", ");
  return requestErrors.fail("invalid", `The request is faulty at: ${names}.`, { fields });
}

/**
 * The 422 for Elysia's verdict on a request; undefined for any other error, also for its verdict on our own answer
 * (that is a defect of ours). Elysia's own message repeats the value, so none of it is used.
 */
export function validationFailure(error: unknown): AppError | undefined {
  if (!(error instanceof ValidationError) || error.type === "response") return undefined;
  const fields = new Map<string, FieldError>();
  for (const found of faultsOf(error)) {
    // Of an unknown field the name is the client's text: the object that it stands in is named instead.
    const pointer = isUnknownField(found) ? found.path.replace(/\/[^/]*$/, "") : found.path;
    const path =
      error.type === "body" ? pointer || "/" : pointer.replace(/^\//, "") || unknownParameter;
    // A missing field is reported twice by TypeBox: the first verdict says why.
    if (!fields.has(path)) fields.set(path, { path, detail: humanSentence(found) });
    if (fields.size === maxFieldErrors) break;
  }
  return invalidRequest([...fields.values()]);
}

function faultsOf(error: ValidationError): Iterable<Fault> {
  const { validator, value } = error;
  return "Errors" in validator ? validator.Errors(value) : [];
}
