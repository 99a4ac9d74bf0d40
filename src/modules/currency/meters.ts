import type { Metrics } from "#platform/observability/metrics";
import type { Conversion, CurrencyApi } from "./contract.ts";
import type { CurrencyOperations } from "./operations.ts";

/** What converts, counting the amounts: asked for by people, and by other modules. */
export function meterConversions(
  metrics: Metrics,
  plain: {
    readonly convert: CurrencyOperations["convert"];
    readonly convertMany: CurrencyApi["convertMany"];
  },
): typeof plain {
  const conversions = metrics.counter({
    name: "fintrack_conversions_total",
    help: "Amounts converted, for a request of somebody's or for another module.",
    labels: ["for"],
  });
  const counted = (asker: "request" | "module", made: readonly Conversion[]) => {
    conversions.increment({ for: asker }, made.length);
    return made;
  };
  return {
    convert: async (...asked) => counted("request", await plain.convert(...asked)),
    convertMany: async (...asked) => counted("module", await plain.convertMany(...asked)),
  };
}
