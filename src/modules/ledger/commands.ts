import type { Command, CommandLine } from "#platform/module";
import type { LedgerDeps } from "./deps.ts";
import { verifyLedger } from "./use-cases/verify-ledger.ts";

const verifyLine: CommandLine = {
  name: "ledger:verify",
  usage: "ledger:verify  recompute all balances and double entries; ends with 1 when one differs",
};
export const ledgerCommandLines: readonly CommandLine[] = [verifyLine];

export const ledgerCommands = (
  deps: Pick<LedgerDeps, "db" | "verification">,
): readonly Command[] => [
  {
    ...verifyLine,
    async run(ctx, _args, print) {
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
