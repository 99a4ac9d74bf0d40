import { UsageError } from "#platform/command-line";
import type { RequestContext } from "#platform/kernel/context";
import { AppError } from "#platform/kernel/errors";
import type { Id } from "#platform/kernel/ids";
import type { Command, CommandLine } from "#platform/module";
import type { BillingDeps } from "./deps.ts";
import { grantablePlans, maxGrantDays } from "./domain/grant.ts";
import { planOf } from "./domain/plans.ts";
import { billingErrors } from "./errors.ts";
import { grantPlan } from "./use-cases/grant-plan.ts";
import { revokePlan } from "./use-cases/revoke-plan.ts";

type Print = (line: string) => void;

const grantLine: CommandLine = {
  name: "plan:grant",
  usage: `plan:grant <email> <${grantablePlans.join("|")}> <days> <reason...>  give a user a plan for up to ${maxGrantDays} days`,
  words: [4, Number.POSITIVE_INFINITY],
};
const revokeLine: CommandLine = {
  name: "plan:revoke",
  usage: "plan:revoke <email> <reason...>  end all plans that a user was given",
  words: [2, Number.POSITIVE_INFINITY],
};
export const billingCommandLines: readonly CommandLine[] = [grantLine, revokeLine];

export const billingCommands = (deps: BillingDeps): readonly Command[] => [
  {
    ...grantLine,
    async run(ctx, [address = "", plan = "", days = "", ...words], print) {
      if (!/^[1-9]\d{0,3}$/.test(days)) throw new UsageError("Days are a whole number.");
      return answered(print, async () => {
        const userId = await findUser(deps, ctx, address);
        const reason = words.join(" ");
        const grant = await grantPlan(deps, ctx, { userId, plan, days: Number(days), reason });
        print(`granted ${planOf(grant.plan).name} until ${grant.expiresAt}`);
      });
    },
  },
  {
    ...revokeLine,
    async run(ctx, [address = "", ...words], print) {
      return answered(print, async () => {
        const userId = await findUser(deps, ctx, address);
        const { plan, grants } = await revokePlan(deps, ctx, { userId, reason: words.join(" ") });
        print(`revoked ${planOf(plan).name}${grants === 1 ? "" : ` and ${grants - 1} more`}`);
      });
    },
  },
];

async function findUser(
  deps: Pick<BillingDeps, "identity">,
  ctx: RequestContext,
  address: string,
): Promise<Id> {
  const { userId } = await deps.identity.userIdByAddress(ctx, { address });
  if (userId === null) throw billingErrors.fail("user_not_found", "Nobody has this address.");
  return userId;
}

/** What was to be expected is said in a line; the rest is a defect. */
async function answered(print: Print, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    print(error.fields.map(({ path, detail }) => `${path}: ${detail}`).join("\n") || error.message);
    return 1;
  }
}
