import type { AppError } from "#platform/kernel/errors";
import type { ReportFailure } from "../contract.ts";

/** What an owner is told: a stable code, and a sentence with what is faulty. */
export const failureOf = ({ code, message, fields }: AppError): ReportFailure => ({
  code,
  detail: [message, ...fields.map(({ path, detail }) => `${path}: ${detail}`)].join(" "),
});
