/** What a number is in words, read without any of what writes them: by the values of the words alone. */

const english: Readonly<Record<string, bigint>> = {
  ...{ zero: 0n, one: 1n, two: 2n, three: 3n, four: 4n, five: 5n, six: 6n, seven: 7n, eight: 8n },
  ...{ nine: 9n, ten: 10n, eleven: 11n, twelve: 12n, thirteen: 13n, fourteen: 14n, fifteen: 15n },
  ...{ sixteen: 16n, seventeen: 17n, eighteen: 18n, nineteen: 19n, twenty: 20n, thirty: 30n },
  ...{ forty: 40n, fifty: 50n, sixty: 60n, seventy: 70n, eighty: 80n, ninety: 90n, hundred: 100n },
  ...{ thousand: 10n ** 3n, million: 10n ** 6n, billion: 10n ** 9n, trillion: 10n ** 12n },
  ...{ quadrillion: 10n ** 15n, quintillion: 10n ** 18n, sextillion: 10n ** 21n },
};
const turkish: Readonly<Record<string, bigint>> = {
  ...{ sıfır: 0n, bir: 1n, iki: 2n, üç: 3n, dört: 4n, beş: 5n, altı: 6n, yedi: 7n, sekiz: 8n },
  ...{ dokuz: 9n, on: 10n, yirmi: 20n, otuz: 30n, kırk: 40n, elli: 50n, altmış: 60n, yetmiş: 70n },
  ...{ seksen: 80n, doksan: 90n, yüz: 100n, bin: 10n ** 3n, milyon: 10n ** 6n, milyar: 10n ** 9n },
  ...{ trilyon: 10n ** 12n, katrilyon: 10n ** 15n, kentilyon: 10n ** 18n, sekstilyon: 10n ** 21n },
};
const german: Readonly<Record<string, bigint>> = {
  ...{ null: 0n, eins: 1n, eine: 1n, ein: 1n, zwei: 2n, drei: 3n, vier: 4n, fünf: 5n, sechs: 6n },
  ...{ sieben: 7n, acht: 8n, neun: 9n, zehn: 10n, elf: 11n, zwölf: 12n, dreizehn: 13n },
  ...{ vierzehn: 14n, fünfzehn: 15n, sechzehn: 16n, siebzehn: 17n, achtzehn: 18n, neunzehn: 19n },
  ...{ zwanzig: 20n, dreißig: 30n, vierzig: 40n, fünfzig: 50n, sechzig: 60n, siebzig: 70n },
  ...{ achtzig: 80n, neunzig: 90n, hundert: 100n, tausend: 10n ** 3n, und: 0n },
  ...{ Millionen: 10n ** 6n, Million: 10n ** 6n, Milliarden: 10n ** 9n, Milliarde: 10n ** 9n },
  ...{ Billionen: 10n ** 12n, Billion: 10n ** 12n, Billiarden: 10n ** 15n, Billiarde: 10n ** 15n },
  ...{ Trillionen: 10n ** 18n, Trillion: 10n ** 18n, Trilliarden: 10n ** 21n },
  Trilliarde: 10n ** 21n,
};

/** A value adds up; a hundred multiplies what came since the last thousand, a higher power all since the last of them. */
function numberOf(values: readonly bigint[]): bigint {
  let [total, since] = [0n, 0n];
  for (const value of values) {
    if (value === 100n) since = (since === 0n ? 1n : since) * 100n;
    else if (value >= 1000n) {
      total += (since === 0n ? 1n : since) * value;
      since = 0n;
    } else since += value;
  }
  return total + since;
}

function valuesOf(words: readonly string[], known: Readonly<Record<string, bigint>>): bigint[] {
  return words.map((word) => {
    const value = known[word];
    if (value === undefined) throw new Error(`${word} is no word of a number`);
    return value;
  });
}

export const readEnglish = (text: string): bigint =>
  numberOf(valuesOf(text.split(/[ -]/), english));
export const readTurkish = (text: string): bigint => numberOf(valuesOf(text.split(" "), turkish));

/** Words stand together in German: the longest that fits is the next ("siebzehn" before "sieben", "eins" before "ein"). */
export function readGerman(text: string): bigint {
  const longestFirst = Object.keys(german).toSorted((a, b) => b.length - a.length);
  const parts: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const next = longestFirst.find((word) => rest.startsWith(word));
    if (next === undefined) throw new Error(`${rest} begins with no word of a number`);
    parts.push(next);
    rest = rest.slice(next.length).trimStart();
  }
  return numberOf(valuesOf(parts, german));
}
