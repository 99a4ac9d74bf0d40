/** What went wrong, as a caller may act on it. `platform/http/problem.ts` maps each kind to one status. */
export type ErrorKind =
  | "invalid"
  | "unauthenticated"
  | "payment_required"
  | "forbidden"
  | "not_found"
  | "conflict"
  | "gone"
  | "precondition_failed"
  | "precondition_required"
  | "too_large"
  | "limit"
  | "unavailable";

export type ErrorDefinition = { readonly kind: ErrorKind; readonly title: string };

/** One faulty input: `path` is a JSON pointer ("/amount") or a parameter name; `detail` never repeats the value. */
export type FieldError = { readonly path: string; readonly detail: string };

/** Plain facts a client may use (a limit, a count, the way out). Shown to the client: no secrets, no input. */
export type ErrorMeta = Readonly<Record<string, string | number | boolean>>;

export type ErrorOptions = {
  readonly fields?: readonly FieldError[];
  readonly meta?: ErrorMeta;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
};

/** An expected failure. Anything thrown that is not an AppError is a defect and becomes a 500 without detail. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: string;
  readonly kind: ErrorKind;
  readonly title: string;
  readonly fields: readonly FieldError[];
  readonly meta: ErrorMeta;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    error: ErrorDefinition & { readonly code: string },
    detail: string,
    options: ErrorOptions = {},
  ) {
    super(detail, { cause: options.cause });
    this.code = error.code;
    this.kind = error.kind;
    this.title = error.title;
    this.fields = options.fields ?? [];
    this.meta = options.meta ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Declares the whole error catalogue of a module; `fail` builds (does not throw) one of them. */
export function defineErrors<const D extends Record<string, ErrorDefinition>>(
  module: string,
  definitions: D,
) {
  function fail(name: keyof D & string, detail: string, options?: ErrorOptions): AppError {
    const definition = definitions[name];
    if (!definition) throw new TypeError(`undeclared error ${module}.${name}`);
    return new AppError({ ...definition, code: `${module}.${name}` }, detail, options);
  }
  return { module, definitions, fail };
}

const inputErrors = defineErrors("input", {
  invalid: { kind: "invalid", title: "Invalid input" },
});

const limitErrors = defineErrors("limit", {
  exceeded: { kind: "limit", title: "Too many requests" },
});

/** 429 with Retry-After. */
export function limitExceeded(detail: string, retryAfterSeconds: number): AppError {
  return limitErrors.fail("exceeded", detail, { retryAfterSeconds });
}

/** A single faulty field: 422 that names it. `path` as in {@link FieldError}. */
export function invalidField(path: string, detail: string): AppError {
  return inputErrors.fail("invalid", detail, { fields: [{ path, detail }] });
}

/** Several faulty fields at once: a form is told of all its faults. */
export function invalidFields(fields: readonly FieldError[]): AppError {
  const names = fields.map((field) => field.path).join(", ");
  return inputErrors.fail("invalid", `The request is faulty at: ${names}.`, { fields });
}

/**
 * Reads every field before it complains: `readAll({ name: () => parseName(input.name) })`. Throws one 422 with the
 * faults of all readers; any other error as it is.
 */
export function readAll<T>(readers: { readonly [K in keyof T]: () => T[K] }): T {
  const faults: FieldError[] = [];
  const values: Partial<T> = {};
  for (const name of Object.keys(readers) as (keyof T)[]) {
    try {
      values[name] = readers[name]();
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== "invalid") throw error;
      faults.push(...error.fields);
    }
  }
  if (faults.length > 0) throw invalidFields(faults);
  return values as T;
}
