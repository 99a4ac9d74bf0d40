import type { Command, CommandLine } from "#platform/module";
import { type RecoverHeaderDeps, recoverHeaders } from "./use-cases/recover-headers.ts";

const recoverLine: CommandLine = {
  name: "evidence:recover",
  usage:
    "evidence:recover  after a restore: take up again what lenders open sealed recordings with; ends with 1 when one is damaged",
};
export const gbsCommandLines: readonly CommandLine[] = [recoverLine];

export const gbsCommands = (deps: RecoverHeaderDeps): readonly Command[] => [
  {
    ...recoverLine,
    async run(ctx, _args, print) {
      let count = 0;
      try {
        await recoverHeaders(deps, ctx, new AbortController().signal, ({ id, debtId }) => {
          count += 1;
          print(`recording ${id} of debt ${debtId} is sealed again`);
        });
      } catch (error) {
        if (!(error instanceof AggregateError)) throw error;
        for (const failure of error.errors) print(reasonOf(failure));
        return 1;
      } finally {
        print(`recovered: ${count}`);
      }
      return 0;
    },
  },
];

const reasonOf = (failure: unknown): string =>
  failure instanceof Error && failure.cause instanceof Error
    ? `${failure.message}: ${failure.cause.message}`
    : String(failure);
