/** Six digits as an authenticator app shows them, in one or two groups; null = not the shape of such a code. */
export function readTotpCode(typed: string): string | null {
  const digits = typed.replaceAll(" ", "");
  return /^[0-9]{6}$/.test(digits) ? digits : null;
}
