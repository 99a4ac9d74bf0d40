import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Conversion, Provider } from "../../tests/support/currency-api.ts";
import { eventually } from "../../tests/support/eventually.ts";
import type { FakeRateProviders } from "../../tests/support/fake-rate-providers.ts";
import type { KnownConversion } from "../../tests/support/kept-dumps.ts";

/** Real rates, of few currencies and days: a dump is to be small. */
const history = new URL("../../tests/fixtures/fx/rates.csv", import.meta.url).pathname;
const importedDays = ["2026-08-09", "2026-08-10", "2026-08-11"];
const importedCodes = ["EUR", "TRY", "GBP", "JPY", "BTC", "XAU", "KWD", "AAVE"];
/** The first poll is sent at the start; workers take it within seconds. */
const pollTimeoutMs = 30_000;

const asked = [
  { from: "EUR", to: "TRY", amount: "100.00", at: "2026-08-10T12:00:00Z" },
  { from: "BTC", to: "JPY", amount: "0.5", at: "2026-08-11T12:00:00Z" },
];

/** Lets providers be polled (one quote is refused, one provider fails) and imports history. Gives what is converted. */
export async function useCurrency(installation: {
  readonly url: string;
  readonly fakes: FakeRateProviders;
  command(...args: readonly string[]): Promise<void>;
}): Promise<KnownConversion[]> {
  const { url, fakes, command } = installation;
  fakes.currencyfreaks.failWith(500);
  fakes.coinbase.setRates({ EUR: "0.86", TRY: "42.4", JPY: "0", BTC: "0.0000118" });
  fakes.fawazahmed0.setRates({ eur: "0.86", try: "42.41", jpy: "156.8" });
  fakes.coinpaprika.setRates({ BTC: "84600" });
  fakes.ecb.setRates({ USD: "1.16", TRY: "49.2" });
  fakes.tcmb.setRates({ USD: "42.4", EUR: "49.2" });
  await eventually(
    "every provider was asked",
    async () => {
      const response = await fetch(`${url}/v1/rates/providers`);
      const { items } = (await response.json()) as { items: Provider[] };
      return items.every(({ lastAttemptAt, status }) => lastAttemptAt && status !== "waiting");
    },
    pollTimeoutMs,
  );
  await importHistory(command);
  return Promise.all(
    asked.map(async (question) => {
      const query = new URLSearchParams(question);
      const response = await fetch(`${url}/v1/conversions?${query}`);
      if (!response.ok) throw new Error(await response.text());
      const { to } = (await response.json()) as Conversion;
      return { ...question, gives: to.amount };
    }),
  );
}

async function importHistory(command: (...args: readonly string[]) => Promise<void>) {
  const [header = "", ...lines] = readFileSync(history, "utf8").trim().split("\n");
  const wanted = lines.filter((line) => {
    const [day = "", code = ""] = line.split(",");
    return importedDays.includes(day) && importedCodes.includes(code);
  });
  const file = join(tmpdir(), `fintrack-history-${process.pid}.csv`);
  writeFileSync(file, `${[header, ...wanted].join("\n")}\n`);
  await command("rates:import", file);
  rmSync(file);
}
