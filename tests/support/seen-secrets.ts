/** Members of requests and answers whose text nobody else may ever read. */
const secretMembers = new Set([
  "accessToken",
  "code",
  "currentPassword",
  "key",
  "newPassword",
  "otpauthUri",
  "password",
  "recoveryCodes",
  "refreshToken",
  "secret",
  "token",
]);
/** Shorter texts stand in log lines by chance. */
const minPasswordLength = 10;
const isCode = (text: string) => /^\d{6}$/.test(text);

/** Remembers every password, code and token that went over the wire, to look for them where they must not be. */
export function createSeenSecrets() {
  const seen = new Set<string>();

  function noteMembers(value: unknown, name: string): void {
    if (typeof value === "string" && secretMembers.has(name)) note(value);
    else if (Array.isArray(value)) for (const item of value) noteMembers(item, name);
    else if (typeof value === "object" && value !== null)
      for (const [member, content] of Object.entries(value)) noteMembers(content, member);
  }
  function note(text: string): void {
    if (isCode(text) || text.length >= minPasswordLength) seen.add(text);
  }

  return {
    note,
    /** JSON text of a request or of an answer that is no problem. */
    noteJson(text: string): void {
      try {
        noteMembers(JSON.parse(text), "");
      } catch {
        // Tests also send what is no JSON.
      }
    },
    /** Lines that hold one of them. */
    linesWith(lines: readonly string[]): string[] {
      const patterns = [...seen].filter(isCode).map((code) => `(?<![0-9a-f])${code}(?![0-9a-f])`);
      const codes = patterns.length > 0 ? new RegExp(patterns.join("|")) : null;
      const texts = [...seen].filter((text) => !isCode(text));
      return lines.filter((line) => codes?.test(line) || texts.some((text) => line.includes(text)));
    },
  };
}
