import { type AppError, defineErrors } from "../kernel/errors.ts";

export const storageErrors = defineErrors("storage", {
  full: { kind: "unavailable", title: "Storage is full" },
  unavailable: { kind: "unavailable", title: "Storage unavailable" },
});

/** No room, a quota that is used up, a file beyond what is allowed. */
const noRoom = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const retryAfterSeconds = 60;

/** What the system says of a file ("ENOSPC"), as a failure of the store. */
export function storageFailure(code: string | null, cause?: unknown): AppError {
  return code !== null && noRoom.has(code)
    ? storageErrors.fail("full", "There is no room left to store files.", {
        ...{ cause, retryAfterSeconds },
      })
    : storageErrors.fail("unavailable", "Files cannot be stored or read at present.", {
        ...{ cause, retryAfterSeconds },
      });
}

/** Null for what is no failure of the system. */
export const systemCodeOf = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;

/** A failure of the system becomes one of the store; a defect stays what it is. */
export async function storing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isSystemFailure(error) ? storageFailure(systemCodeOf(error), error) : error;
  }
}

const isSystemFailure = (error: unknown): boolean =>
  error instanceof Error && "syscall" in error && systemCodeOf(error) !== null;
