/** Schema of one header, as OpenAPI has it. */
export type HeaderSchema = {
  readonly type: "string" | "integer";
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly example: string | number;
};

/** A header that a route reads, or a cookie: said in the API's description alone, its handler reads and checks it. */
export type RequestHeader = {
  readonly description: string;
  readonly schema: HeaderSchema;
  /** A request without it is refused. */
  readonly required?: boolean;
  readonly in?: "header" | "cookie";
};

/** A header of a route's answers, beside those that every answer has; its handler sends it. */
export type ResponseHeader = {
  readonly description: string;
  readonly schema: HeaderSchema;
  /** The answers that it is described of. */
  readonly statuses: readonly number[];
};

/** By their names, as they are spelt in the description. */
export type RequestHeaders = Readonly<Record<string, RequestHeader>>;
export type ResponseHeaders = Readonly<Record<string, ResponseHeader>>;

/** The headers among them, always in the same order. */
export const headerNames = (headers: RequestHeaders = {}): readonly string[] =>
  Object.entries(headers)
    .flatMap(([name, { in: place = "header" }]) => (place === "header" ? [name] : []))
    .toSorted();

/** As `parameters` of an operation. */
export const describeRequestHeaders = (headers: RequestHeaders = {}) =>
  Object.entries(headers).map(([name, { description, schema, required, ...place }]) => ({
    ...{ name, in: place.in ?? "header", required: required ?? false },
    ...{ description, schema: schemaOf(schema) },
  }));

/** As `headers` of the answers with a status. */
export const describeResponseHeaders = (headers: ResponseHeaders = {}, status: number) =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([, { statuses }]) => statuses.includes(status))
      .map(([name, { description, schema }]) => [name, { description, schema: schemaOf(schema) }]),
  );

const schemaOf = ({ enum: choices, ...schema }: HeaderSchema) => ({
  ...schema,
  ...(choices ? { enum: [...choices] } : {}),
});
