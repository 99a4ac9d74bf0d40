import type { RequestContext } from "#platform/kernel/context";
import { AppError, invalidField } from "#platform/kernel/errors";
import type { Command, CommandLine } from "#platform/module";
import type { Terminal } from "#platform/terminal";
import type { IdentityDeps } from "./deps.ts";
import { parseAddress } from "./domain/address.ts";
import { parseDisplayName } from "./domain/display-name.ts";
import { identityErrors } from "./errors.ts";
import type { StoredUser } from "./storage/user.repository.ts";
import { checkPassword } from "./use-cases/check-password.ts";
import { createAdmin } from "./use-cases/create-admin.ts";
import { setRoles } from "./use-cases/set-roles.ts";

const createLine: CommandLine = {
  name: "admin:create",
  usage: "admin:create <email>  make an administrator; asks for a display name and a password",
  words: [1, 1],
};
export const identityCommandLines: readonly CommandLine[] = [createLine];

/** How often a person may try to answer a question. A pipe has one chance. */
const maxTries = 3;

type Work = {
  readonly deps: IdentityDeps;
  readonly ctx: RequestContext;
  readonly print: (line: string) => void;
  readonly terminal: Terminal;
};

export const identityCommands = (deps: IdentityDeps): readonly Command[] => [
  {
    ...createLine,
    async run(ctx, [address = ""], print, terminal) {
      try {
        await makeAdmin({ deps, ctx, print, terminal }, address);
        return 0;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        print(error.message);
        return 1;
      }
    },
  },
];

async function makeAdmin(work: Work, text: string): Promise<void> {
  const { deps, print } = work;
  const { address, addressKey } = parseAddress(deps.domainNames, text, "/address");
  const user = await deps.users.byAddressKey(deps.db.read, addressKey);
  if (user) await promote(work, user);
  else await create(work, address);
  print(`${address} is an administrator.`);
  if (!user?.hasSecondFactor)
    print("Sign in and set up a second factor: until then the role gives nothing.");
}

async function create(work: Work, address: string): Promise<void> {
  const { deps, ctx, terminal } = work;
  const displayName = await tryAgain(work, async () =>
    parseDisplayName(answered(await terminal.ask("Display name: "))),
  );
  const password = await tryAgain(work, async () => {
    const first = answered(await terminal.askSecretly("Password: "));
    checkPassword(deps, "/password", first, { address, displayName });
    // A pipe makes no typing mistakes.
    const second = terminal.isInteractive
      ? answered(await terminal.askSecretly("The same password again: "))
      : first;
    if (second !== first) throw invalidField("/password", "These are two passwords.");
    return first;
  });
  await createAdmin(deps, ctx, { address, displayName, password });
}

async function promote({ deps, ctx, terminal }: Work, user: StoredUser): Promise<void> {
  if (user.roles.includes("admin"))
    throw identityErrors.fail("wrong_state", "This user is an administrator already.");
  if (user.status === "suspended")
    throw identityErrors.fail("wrong_state", "This user is suspended: restore the account first.");
  const question = `This address is ${user.displayName}'s. Make this user an administrator? [yes/no] `;
  const answer = answered(await terminal.ask(question));
  if (answer.trim().toLowerCase() !== "yes")
    throw identityErrors.fail("wrong_state", "Nothing was changed.");
  const roles = [...user.roles, "admin" as const];
  const reason = "Made an administrator on the server.";
  await setRoles(deps, ctx, { userId: user.id, roles, reason });
}

/** Asks anew when the answer will not do, and says why. */
async function tryAgain<T>({ print, terminal }: Work, ask: () => Promise<T>): Promise<T> {
  for (let left = terminal.isInteractive ? maxTries - 1 : 0; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !(error instanceof AppError) || error.kind !== "invalid") throw error;
      print(error.message);
    }
  }
}

function answered(answer: string | null): string {
  if (answer === null)
    throw identityErrors.fail("wrong_state", "There was no answer; nothing was changed.");
  return answer;
}
