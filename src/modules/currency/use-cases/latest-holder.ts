import type { CurrencyDeps, LatestHolder } from "../deps.ts";
import { type LatestRates, latestRates } from "../domain/latest-rates.ts";
import { pivotOf, rateSources } from "../domain/stored-rate.ts";

type Deps = Pick<CurrencyDeps, "db" | "clock" | "catalogue" | "rates" | "rules">;

/** Holds the latest table; empty until the first reload. A reload asked for during a reload follows it, once. */
export function createLatestHolder(deps: Deps): LatestHolder {
  const { staleAfterSeconds } = deps.rules;
  let current = latestRates([], staleAfterSeconds);
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const read = async () => {
    current = await readLatest(deps);
  };
  const run = () => {
    running = read().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    current: () => current,
    reload() {
      if (!running) return run();
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = undefined;
          return run();
        });
      return next;
    },
  };
}

async function readLatest(deps: Deps): Promise<LatestRates> {
  const at = deps.clock.now();
  const codes = deps.catalogue.all.map((currency) => currency.code);
  const rows = await Promise.all(
    rateSources.map((source) =>
      deps.rates.inForce(deps.db.read, {
        source,
        codes: codes.filter((code) => code !== pivotOf[source]),
        at,
      }),
    ),
  );
  return latestRates(rows.flat(), deps.rules.staleAfterSeconds);
}
