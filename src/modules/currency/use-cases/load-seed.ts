import type { RequestContext } from "#platform/kernel/context";
import type { CurrencyDeps } from "../deps.ts";
import { importRates, type RateDay } from "./import-rates.ts";

type Deps = Pick<CurrencyDeps, "db" | "catalogue" | "latest" | "rates" | "rules">;

/** On an empty installation stores the day of real rates that ships with the module, so that the first start converts. */
export async function loadSeed(
  deps: Deps,
  ctx: RequestContext,
  seed: () => Promise<{ readonly provider: string; readonly day: RateDay }>,
): Promise<void> {
  if (await deps.rates.hasAnyPoll(deps.db.read)) return;
  const { provider, day } = await seed();
  for await (const _ of importRates(deps, ctx, { provider, origin: "seed", days: [day] }));
}
