import fc from "fast-check";

const digits = (max: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: max });
const integerPart = digits(12).map((text) => text.replace(/^0+(?=\d)/, ""));

/** A positive decimal as a JSON number may be written: "0.00012", "12", "3.50". */
export const publishedDecimal = fc
  .tuple(integerPart, fc.option(digits(18), { nil: undefined }))
  .map(([integer, fraction]) => (fraction === undefined ? integer : `${integer}.${fraction}`));

/** The same with an exponent at times: "1.25e-7", "4E+3". */
export const publishedNumber = fc
  .tuple(
    publishedDecimal,
    fc.option(
      fc.tuple(fc.constantFrom("e", "E", "e+", "e-", "E-"), fc.integer({ min: 0, max: 12 })),
      {
        nil: undefined,
      },
    ),
  )
  .map(([decimal, exponent]) => (exponent ? `${decimal}${exponent[0]}${exponent[1]}` : decimal));

/** The value of a decimal text as whole digits and a power of ten without trailing zeros: equal values, equal texts. */
export function exactValueOf(text: string): string {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [integer = "", fraction = ""] = mantissa.split(".");
  let whole = BigInt(integer + fraction);
  let power = BigInt(exponent) - BigInt(fraction.length);
  while (whole !== 0n && whole % 10n === 0n) {
    whole /= 10n;
    power += 1n;
  }
  return whole === 0n ? "0" : `${whole}e${power}`;
}
