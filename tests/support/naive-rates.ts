/**
 * What rates should be, computed in the plainest way from what was observed: whole numbers only, no code of the
 * application. For tests that compare the application with it.
 */

/** 30 decimals, as many as any quote has. */
const one = 10n ** 30n;
const significantDigits = 20;
const maxDecimals = 30;

type Fraction = { readonly top: bigint; readonly bottom: bigint };

/** "0.92" as a whole number of 1e-30. */
export function units(text: string): bigint {
  const [integer = "", fraction = ""] = text.replace("-", "").split(".");
  const value = BigInt(integer) * one + BigInt(fraction.padEnd(30, "0"));
  return text.startsWith("-") ? -value : value;
}

/** Half-even. */
function divideRounded(top: bigint, bottom: bigint): bigint {
  const quotient = top / bottom;
  const twice = (top % bottom) * 2n;
  if (twice > bottom || (twice === bottom && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

function textOf(value: bigint, decimals: number, keepZeros = false): string {
  const digits = value.toString().padStart(decimals + 1, "0");
  const integer = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? "" : digits.slice(-decimals);
  const kept = keepZeros ? fraction : fraction.replace(/0+$/, "");
  return kept === "" ? integer : `${integer}.${kept}`;
}

/** `amount x rate` at so many decimals, half-even. */
export function convertNaively(amount: string, rate: string, decimals: number): string {
  const product = units(amount) * units(rate);
  const rounded = divideRounded(
    product < 0n ? -product : product,
    (one * one) / 10n ** BigInt(decimals),
  );
  const text = textOf(rounded, decimals, true);
  return product < 0n && rounded !== 0n ? `-${text}` : text;
}

/** Units per pivot of either side; undefined = the pivot. The value of one base in quotes. */
export type Sides = { readonly base: string | undefined; readonly quote: string | undefined };

const fractionOf = ({ base, quote }: Sides): Fraction => ({
  top: quote === undefined ? one : units(quote),
  bottom: base === undefined ? one : units(base),
});

/** Exact when nothing has to be divided, else 20 significant digits; at most 30 decimals. */
export function crossNaively(sides: Sides): string {
  // Some currencies are worth exactly a dollar: dividing by one rounds nothing either.
  if (sides.base === undefined || sides.base === "1") return textOf(units(sides.quote ?? "1"), 30);
  const { top, bottom } = fractionOf(sides);
  const magnitude = ((top * 10n ** 60n) / bottom).toString().length - 61;
  const decimals = Math.min(significantDigits - 1 - magnitude, maxDecimals);
  if (decimals < 0) {
    const unit = 10n ** BigInt(-decimals);
    return String(divideRounded(top, bottom * unit) * unit);
  }
  return textOf(divideRounded(top * 10n ** BigInt(decimals), bottom), decimals);
}

export const compareSides = (a: Sides, b: Sides): number => {
  const [x, y] = [fractionOf(a), fractionOf(b)];
  const difference = x.top * y.bottom - y.top * x.bottom;
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
};

/** One poll: what was seen at that moment, all of it. */
export type Observation = {
  readonly provider: string;
  readonly at: string;
  readonly rates: ReadonlyMap<string, string>;
};

type Row = {
  readonly provider: string;
  readonly at: string;
  readonly rate: string;
  lastSeen: string;
};

/**
 * Rows by code: a row goes on while its provider quotes, at every poll, a rate within the threshold of the row's, and
 * is never silent for longer than `silentSeconds` says (never = however long).
 */
export function storeNaively(
  observations: readonly Observation[],
  silentSeconds: Readonly<Record<string, number>> = {},
): Map<string, Row[]> {
  const rows = new Map<string, Row[]>();
  const previousOf = new Map<string, string>();
  for (const { provider, at, rates } of observations) {
    const last = previousOf.get(provider);
    const silence = last === undefined ? 0 : (Date.parse(at) - Date.parse(last)) / 1000;
    const previous = silence > (silentSeconds[provider] ?? silence) ? undefined : last;
    for (const [code, rate] of rates) {
      const list = rows.get(code) ?? [];
      rows.set(code, list);
      const row = list.at(-1);
      const goesOn =
        row?.provider === provider && row.lastSeen === previous && !isChange(row.rate, rate);
      if (goesOn) row.lastSeen = at;
      else list.push({ provider, at, rate, lastSeen: at });
    }
    previousOf.set(provider, at);
  }
  return rows;
}

/** 0.000001 for rates from 1 on; for smaller ones a millionth of their leading digit's place. */
function isChange(stored: string, seen: string): boolean {
  const value = units(stored);
  let place = one;
  while (place > value) place /= 10n;
  const off = units(seen) - value;
  return (off < 0n ? -off : off) >= place / 10n ** 6n;
}

/** A pair's history out of such rows; `pivot` needs none. */
export function naiveHistory(rows: ReadonlyMap<string, Row[]>, pivot: string) {
  const rowAt = (code: string, at: string) =>
    (rows.get(code) ?? []).filter((row) => row.at <= at).at(-1);
  const sidesAt = (base: string, quote: string, at: string): Sides | undefined => {
    const [b, q] = [rowAt(base, at), rowAt(quote, at)];
    if ((!b && base !== pivot) || (!q && quote !== pivot)) return undefined;
    return { base: b?.rate, quote: q?.rate };
  };
  const changesOf = (base: string, quote: string) =>
    [
      ...new Set([base, quote].flatMap((code) => (rows.get(code) ?? []).map((row) => row.at))),
    ].sort();

  return {
    sidesAt,
    /** Every moment at which a side got a new row, with the pair's value from then on. */
    raw: (base: string, quote: string, from: string, until: string) =>
      changesOf(base, quote)
        .filter((at) => at >= from && at < until)
        .flatMap((at) => {
          const sides = sidesAt(base, quote, at);
          return sides ? [{ at, rate: crossNaively(sides) }] : [];
        }),
    /** `days` as "YYYY-MM-DD"; nothing after `now` counts. */
    daily: (base: string, quote: string, days: readonly string[], now: string) =>
      days.flatMap((day) => {
        const start = `${day}T00:00:00.000Z`;
        const inDay = (at: string) => at.startsWith(day) && at <= now;
        const moments = [start, ...changesOf(base, quote).filter(inDay)].filter((at) => at <= now);
        const values = moments.flatMap((at) => sidesAt(base, quote, at) ?? []);
        const [open] = values;
        const close = values.at(-1);
        if (!open || !close) return [];
        const sorted = values.toSorted(compareSides);
        const end = `${day}T23:59:59.999Z`;
        const unseen = (code: string) =>
          code !== pivot && (rowAt(code, end < now ? end : now)?.lastSeen ?? "") < start;
        return [
          {
            day,
            open: crossNaively(open),
            high: crossNaively(sorted.at(-1) ?? open),
            low: crossNaively(sorted[0] ?? open),
            close: crossNaively(close),
            carried: unseen(base) || unseen(quote),
          },
        ];
      }),
  };
}
