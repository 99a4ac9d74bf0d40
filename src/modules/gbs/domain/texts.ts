import { invalidField } from "#platform/kernel/errors";

/** One line as somebody wrote it, without blanks around it; blanks alone are a 422 that names `path`. */
export function readLine(text: string, path: string): string {
  const line = text.normalize("NFC").trim();
  if (line === "") throw invalidField(path, "Must not be blank.");
  return line;
}
