/**
 * `bun scripts/demo.ts [url]`: fills a running server in development with a household and its debts with a friend, through
 * its API alone but for the plans and the operator, which commands grant and make. Each part adds what is not there, so that a run after another, or after one that was cut
 * off, or months later, completes the household.
 */
import { openBook } from "./demo/book.ts";
import { setBudgets } from "./demo/budgets.ts";
import { type Client, createClient, DemoError } from "./demo/client.ts";
import { makeDebts } from "./demo/debts.ts";
import { recordEntries } from "./demo/entries.ts";
import { monthAfter } from "./demo/household.ts";
import { operator, operatorSecret } from "./demo/operator.ts";
import { friend, grantPlan, person, signInOrRegister } from "./demo/person.ts";
import { createReviewer } from "./demo/recordings.ts";
import { shareLastMonth } from "./demo/shared-report.ts";
import { sortStatements } from "./demo/sorting.ts";
import { importStatements } from "./demo/statements.ts";

const [url = "http://localhost:3000"] = Bun.argv.slice(2);
const today = new Date().toISOString().slice(0, 10);

try {
  await fill();
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function fill(): Promise<void> {
  const [client, friends] = [signedOut(), signedOut()];
  const who = await signInOrRegister(client, person);
  await grantPlan(client, person);
  const book = await openBook(client, today);
  const debts = await debtsWith(client, friends);
  const added = {
    "lines of bank statements imported": await importStatements(book),
    "of them sorted into categories": await sortStatements(book),
    "transfers and receipts recorded": await recordEntries(book),
    "budgets set": await setBudgets(book),
    "debts made, recorded or paid": debts.count,
  };
  const isComplete = Object.values(added).every((count) => count === 0);
  if (isComplete) say("The household is there already, and complete.");
  else for (const [what, count] of Object.entries(added)) say(`${count} ${what}`);
  say(`
Last month's report is shared with whoever has this link, no account needed (one of an earlier run is revoked):

  ${await shareLastMonth(book)}`);
  for (const { of, key } of debts.keys)
    say(`
The recording of "${of}" opens, after a default, with this key alone; it is kept nowhere:

  ${key}`);
  tell(who === "new" ? "A new user:" : "The user of last time:");
}

function signedOut(): Client {
  return createClient(url, (seconds) =>
    say(`The server takes so many writes a minute: waiting ${seconds} s ...`),
  );
}

async function debtsWith(own: Client, friends: Client) {
  await signInOrRegister(friends, friend);
  await grantPlan(friends, friend);
  const approve = createReviewer(signedOut(), signedOut());
  return makeDebts({ own, friends, approve }, today);
}

function tell(who: string): void {
  const { email, password } = person;
  const month = (months: number) => `${monthAfter(today.slice(0, 7), months)}-01`;
  say(`
${who} sign in as ${email} with the password "${password}", and ask:

  token=$(curl -s ${url}/v1/auth/sessions -H 'content-type: application/json' \\
    -d '{"email":"${email}","password":"${password}"}' | sed -E 's/.*"accessToken":"([^"]*)".*/\\1/')

  # What the household owns and owes, in euros, at the end of each month.
  curl -s "${url}/v1/insights/net-worth?from=${month(-2)}" -H "authorization: Bearer $token"

  # How the budgets stand today.
  curl -s ${url}/v1/budgets/progress -H "authorization: Bearer $token"

  # What came in and went out, month by month.
  curl -s "${url}/v1/insights/cash-flow?from=${month(-13)}" -H "authorization: Bearer $token"

  # What it lends and owes: ${friend.email} is the other party, with the same password.
  curl -s ${url}/v1/debts -H "authorization: Bearer $token"

  # All of it as a journal for hledger.
  curl -s ${url}/v1/exports/journal -H "authorization: Bearer $token" | hledger -f - balance`);
  tellOperator();
}

/** Nobody is made on a server whose debts take no recordings. */
function tellOperator(): void {
  const secret = operatorSecret();
  if (secret === null) return;
  say(`
A recording waits for somebody to look at it. Sign in as ${operator.email} with the same password, and with a code of an
authenticator app that was given ${secret}:

  ${url}/admin/evidence`);
}

function say(line: string): void {
  console.log(line);
}
