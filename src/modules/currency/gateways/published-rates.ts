import { compareDecimals, isDecimal, one, shiftPoint } from "#platform/kernel/decimal";
import { type CurrencyCode, isCurrencyCode } from "#platform/kernel/money";
import type { Fail } from "./feed.ts";
import type { Quote } from "./rate-provider.ts";

/** Longer than any rate that {@link isDecimal} takes; what is longer is no rate. */
const maxRateChars = 64;
/** Beyond the digits that a decimal of ours can have. */
const maxExponent = 60;

/** The code in upper case: letters of ASCII only, whatever the locale ("ı" and "ſ" are no currency codes). */
export function codeOf(text: string): CurrencyCode | undefined {
  const upper = text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return isCurrencyCode(upper) ? upper : undefined;
}

/** A decimal with an exponent in plain notation, exactly: "1.5e-7" -> "0.00000015". Anything else stays as it is. */
export function plainDecimal(text: string): string {
  const match = /^(-?[\d.]+)[eE]([+-]?\d{1,3})$/.exec(text);
  const [, mantissa = "", exponent = ""] = match ?? [];
  const places = Number.parseInt(exponent, 10);
  if (!isDecimal(mantissa) || Math.abs(places) > maxExponent) return text;
  return shiftPoint(mantissa, places);
}

/**
 * The quotes of a provider's list of codes and rates. Left out and counted: what is no code, has no rate, or stands
 * there already (the first one stays). Fails with "wrong_base" when the pivot is not quoted as 1, with "empty" when
 * nothing is left.
 */
export function collectQuotes(
  published: Iterable<readonly [code: string, rate: unknown]>,
  pivot: CurrencyCode,
  fail: Fail,
): { readonly quotes: readonly Quote[]; readonly skipped: number } {
  const rates = new Map<CurrencyCode, string>();
  let skipped = 0;
  for (const [name, value] of published) {
    const code = codeOf(name);
    const rate = typeof value === "string" ? plainDecimal(value.trim()) : "";
    if (code === undefined || rate === "" || rate.length > maxRateChars || rates.has(code))
      skipped += 1;
    else rates.set(code, rate);
  }
  const ofPivot = rates.get(pivot);
  if (ofPivot !== undefined && isDecimal(ofPivot) && compareDecimals(ofPivot, one) !== 0)
    throw fail("wrong_base", `${pivot} is quoted, but not as 1`);
  rates.delete(pivot);
  if (rates.size === 0) throw fail("empty", "the answer has no rate");
  return { quotes: [...rates].map(([code, rate]) => ({ code, rate })), skipped };
}
