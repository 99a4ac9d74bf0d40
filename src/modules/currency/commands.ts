import { UsageError } from "#platform/command-line";
import type { Command, CommandLine } from "#platform/module";
import type { CurrencyDeps } from "./deps.ts";
import { pivotOf } from "./domain/stored-rate.ts";
import { checkRatesCsv, readRatesCsv } from "./gateways/rates-csv.ts";
import { importRates } from "./use-cases/import-rates.ts";

/** Whose publication the daily files of the default provider are. */
const defaultProvider = "fawazahmed0";
const daysPerProgressLine = 10;

const importLine: CommandLine = {
  name: "rates:import",
  usage: `rates:import <csv> [provider]  load daily history (date,code,rate_per_USD); provider: ${defaultProvider}`,
  words: [1, 2],
};
export const currencyCommandLines: readonly CommandLine[] = [importLine];

export const currencyCommands = (deps: CurrencyDeps): readonly Command[] => [
  {
    ...importLine,
    async run(ctx, [path = "", provider = defaultProvider], print) {
      if (!/^[a-z][a-z0-9_-]{1,39}$/.test(provider))
        throw new UsageError("A provider has a short name of small letters and digits.");
      const report = await checkRatesCsv(path);
      for (const { line, detail } of report.problems) print(`line ${line}: ${detail}`);
      if (report.problemCount > report.problems.length)
        print(`... ${report.problemCount} problems in all`);
      const wrongBase = report.base !== null && report.base !== pivotOf.market;
      if (wrongBase) print(`line 1: rates must be per ${pivotOf.market}, not per ${report.base}`);
      if (report.problemCount > 0 || wrongBase) {
        print("nothing was imported");
        return 1;
      }
      print(`${report.days} days, ${report.rows} rates, ${report.firstDate} to ${report.lastDate}`);
      const sum = { days: 0, present: 0, inserted: 0, unchanged: 0, quarantined: 0, unknown: 0 };
      const input = { provider, origin: "import", days: readRatesCsv(path) } as const;
      for await (const day of importRates(deps, ctx, input)) {
        sum.days += 1;
        if (day.outcome === "present") sum.present += 1;
        sum.inserted += day.inserted;
        sum.unchanged += day.unchanged;
        sum.quarantined += day.quarantined;
        sum.unknown += day.unknown;
        if (sum.days % daysPerProgressLine === 0)
          print(`${day.date}: ${sum.days} of ${report.days} days, ${sum.inserted} rows`);
      }
      print(
        `done: ${sum.days} days (${sum.present} were there before), ${sum.inserted} new rows, ` +
          `${sum.unchanged} unchanged rates, ${sum.quarantined} refused, ${sum.unknown} of unknown currencies`,
      );
      return 0;
    },
  },
];
