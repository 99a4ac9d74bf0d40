import type { Command } from "#platform/module";
import type { LedgerDeps } from "./deps.ts";
import { verifyLedger } from "./use-cases/verify-ledger.ts";

export const ledgerCommands = (
  deps: Pick<LedgerDeps, "db" | "verification">,
): readonly Command[] => [
  {
    name: "ledger:verify",
    usage: "ledger:verify  recompute all balances and double entries; ends with 1 when one differs",
    async run(ctx, args, print) {
      if (args.length > 0) {
        print("usage: bun run ledger:verify");
        return 2;
      }
      let differences = 0;
      for await (const line of verifyLedger(deps, ctx)) {
        differences += 1;
        print(line);
      }
      print(differences === 0 ? "no differences" : `differences: ${differences}`);
      return differences === 0 ? 0 : 1;
    },
  },
];
