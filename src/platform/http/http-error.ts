/** Faults of the HTTP message itself: they exist only here, use-cases never raise them. */
const faults = {
  malformed: { status: 400, title: "Malformed request" },
  unknown_path: { status: 404, title: "No such path" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  too_large: { status: 413, title: "Body too large" },
  uri_too_long: { status: 414, title: "Address too long" },
  unsupported_media_type: { status: 415, title: "Unsupported media type" },
  range_not_satisfiable: { status: 416, title: "No such range" },
  misdirected: { status: 421, title: "Unknown host" },
} as const;
export type HttpFault = keyof typeof faults;

/** Thrown anywhere below the server; `detail` is shown to the client and never repeats its input. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    fault: HttpFault,
    detail: string,
    options: { readonly headers?: Readonly<Record<string, string>>; readonly cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.status = faults[fault].status;
    this.title = faults[fault].title;
    this.code = `http.${fault}`;
    this.headers = options.headers ?? {};
  }
}
