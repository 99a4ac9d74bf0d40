/** What stands in a log line where a secret stood. */
export const redacted = "[redacted]";

const maxTextLength = 8192;

/** Words that make a name secret wherever they stand in it: `dbPassword`, `set-cookie`, `STRIPE_SECRET_KEY`. */
const secretWords = new Set([
  "authorization",
  "challenge",
  "cookie",
  "credential",
  "otp",
  "otpauth",
  "passphrase",
  "passwd",
  "password",
  "pwd",
  "secret",
  "token",
  "totp",
]);
/** Names that are secret as a whole or as their last word: `key`, `apiKey`, `recovery_codes`. */
const secretLastWords = new Set(["code", "key", "pin"]);
/** `code` after one of these says what happened or where, not how to get in. */
const publicCodes = new Set(["country", "currency", "error", "exit", "status"]);

const verdicts = new Map<string, boolean>();
const maxVerdicts = 2000;

/** Whether a value under this name may never be written: decided by its words, whatever the case or separator. */
export function isSecretName(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const secret = judge(name);
  if (verdicts.size < maxVerdicts && name.length <= 64) verdicts.set(name, secret);
  return secret;
}

function judge(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean)
    .map((word) => word.replace(/([^su])s$/, "$1"));
  if (words.some((word) => secretWords.has(word))) return true;
  const joined = words.join("");
  if (/password|passwd|secret|apikey|token|cookie|authorization/.test(joined)) return true;
  const last = words.at(-1) ?? "";
  if (!secretLastWords.has(last)) return false;
  return !(last === "code" && publicCodes.has(words.at(-2) ?? ""));
}

const named =
  /\b((?:[\w-]{0,40}(?:authorization|cookie|password|passwd|passphrase|secret|token|api[-_]?key))["']?\s*[:=]\s*)(?!\[redacted)(?:"[^"]*"?|'[^']*'?|(?:bearer|basic)\s+\S+|[^\s"',;&})\]]+)/gi;
const postgresUserInfo = /\b(postgres(?:ql)?:\/\/)[^\s"'<>]*@/gi;
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;
const scheme = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;
const queryPart = /([?&;#])([\w.%-]{1,64})=([^&\s"'#]*)/g;
const sixDigitCode = /(code["']?\s*[:=]\s*["']?)\d{6}(?!\d)/gi;
/** The secret of an authenticator app, as its QR code holds it. */
const otpauthUri = /\b(otpauth(?:-migration)?:\/\/)[^\s"'<>]+/gi;
/** A JSON object in base64url begins so: JWS and JWE of RFC 7515 and 7516, also without a signature. */
const jsonWebToken = /eyJ[\w-]{8,}(?:\.[\w-]*){2,4}/g;
/** Ours: session, generation and MAC. */
const refreshToken = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.\d{1,9}\.[\da-f]{32,}/gi;

/**
 * Takes out of a free text what looks like a secret: user info in URLs (a database address with its password),
 * secret query parameters, bearer and basic credentials, `password=…`, `code: 123456`, access and refresh tokens,
 * addresses for authenticator apps. Bounded to 8,192 characters.
 */
export function cleanText(text: string): string {
  const bounded = text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text;
  // Nearly every text of ours is a plain sentence: one scan, no replacing.
  if (!/[:=]|bearer|basic|eyJ|\.\d+\./i.test(bounded)) return bounded;
  return bounded
    .replace(otpauthUri, `$1${redacted}`)
    .replace(jsonWebToken, redacted)
    .replace(refreshToken, redacted)
    .replace(postgresUserInfo, `$1${redacted}@`)
    .replace(userInfo, `$1${redacted}@`)
    .replace(queryPart, (part, separator: string, name: string) =>
      isSecretName(decodeName(name)) ? `${separator}${name}=${redacted}` : part,
    )
    .replace(named, `$1${redacted}`)
    .replace(sixDigitCode, `$1${redacted}`)
    .replace(scheme, `$1 ${redacted}`);
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // a stray percent sign: judge the name as it stands
  }
}
