/** What a store answered, or why it did not. Holds neither headers nor body: they may repeat an access key. */
export class S3Failure extends Error {
  override readonly name = "S3Failure";
  /** Null when there was no whole answer. */
  readonly status: number | null;
  /** "NoSuchKey", or of a connection "ECONNREFUSED"; null when it said nothing we know how to read. */
  readonly code: string | null;

  constructor(what: string, status: number | null, code: string | null) {
    super(
      `${what}: ${status === null ? "no whole answer" : `status ${status}`}, ${code ?? "no code"}`,
    );
    this.status = status;
    this.code = code;
  }
}

/** As S3 and the servers that speak like it say that nothing more fits. */
const fullCodes = new Set([
  ...["InsufficientStorage", "QuotaExceeded", "EntityTooLarge", "XMinioStorageFull"],
  ...["XMinioAdminBucketQuotaExceeded", "XAdminBucketQuotaExceeded", "StorageFull"],
]);
/** RFC 4918, 11.5. */
const insufficientStorage = 507;

export const isFull = ({ status, code }: S3Failure): boolean =>
  status === insufficientStorage || (code !== null && fullCodes.has(code));

const passing = new Set([408, 429, 500, 502, 503, 504]);
const passingCodes = new Set(["RequestTimeout", "SlowDown", "InternalError", "OperationAborted"]);

/** Whether the same request may be answered better a moment later. */
export const isPassing = (failure: S3Failure): boolean =>
  !isFull(failure) &&
  (failure.status === null ||
    passing.has(failure.status) ||
    (failure.code !== null && passingCodes.has(failure.code)));

export const isMissing = ({ status, code }: S3Failure, ...codes: readonly string[]): boolean =>
  status === 404 && code !== null && codes.includes(code);
