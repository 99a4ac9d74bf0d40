/**
 * Fills a running installation with a household, through its API alone: a new user every time, four accounts in three
 * currencies, fourteen months, three budgets. The plan that four accounts need is granted by the command for it.
 */
import { type Client, createClient, DemoError } from "./demo/client.ts";
import {
  budgets,
  type Entry,
  entriesOf,
  monthAfter,
  type Purse,
  purses,
} from "./demo/household.ts";

const months = 14;
const password = "violet tractor sings at noon";
const mailTimeoutMs = 30_000;

const [url = "http://localhost:3000"] = Bun.argv.slice(2);
const today = new Date().toISOString().slice(0, 10);
const first = monthAfter(today.slice(0, 7), 1 - months);
const email = `demo.${Date.now().toString(36)}@example.org`;

try {
  await run();
} catch (error) {
  if (!(error instanceof DemoError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const client = createClient(url, email, (seconds) =>
    say(`  the server takes so many writes a minute: waiting ${seconds} s`),
  );
  say(`A new user, ${email} ...`);
  await register(client);
  await grantPlan();
  await client.signIn({ email, password });
  const accounts = await openAccounts(client);
  const categories = await readCategories(client);
  const entries = entriesOf(first, months, today);
  say(`${entries.length} transactions from ${first} on ...`);
  for (const entry of entries)
    await client.post("/v1/transactions", bodyOf(entry, accounts, categories));
  for (const budget of budgets) await setBudget(client, budget, categories);
  tell();
}

async function register(client: Client): Promise<void> {
  const { termsVersion } = await client.get<{ termsVersion: string }>(
    "/v1/auth/registration-rules",
  );
  const { id } = await client.post<{ id: string }>("/v1/auth/registrations", {
    ...{ email, password, displayName: "Deniz Aydın", acceptedTerms: termsVersion },
    ...{ locale: "en-GB", timeZone: "Europe/Berlin", baseCurrency: "EUR" },
  });
  await client.post(`/v1/auth/registrations/${id}/verification`, {
    code: await mailedCode(client),
  });
}

/** Mails of a server in development can be read by everybody. */
async function mailedCode(client: Client): Promise<string> {
  const deadline = performance.now() + mailTimeoutMs;
  while (performance.now() < deadline) {
    const mailbox = await client.get<unknown>(`/dev/mailbox.json?to=${encodeURIComponent(email)}`);
    const code = /"code":"([^"]+)"/.exec(JSON.stringify(mailbox))?.[1];
    if (code) return code;
    await Bun.sleep(500);
  }
  throw new DemoError(
    "No mail with a code came: is this a server in development, without SMTP_URL?",
  );
}

/** The free plan has room for three accounts. */
async function grantPlan(): Promise<void> {
  const command = ["src/main.ts", "plan:grant", email, "plus", "365", "Demo household"];
  const run = Bun.spawn([process.execPath, ...command], { stdout: "pipe", stderr: "pipe" });
  const [output, code] = await Promise.all([
    Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]),
    run.exited,
  ]);
  if (code !== 0) throw new DemoError(`plan:grant failed: ${output.join("")}`);
}

type Ids = ReadonlyMap<string, string>;

async function openAccounts(client: Client): Promise<Ids> {
  const ids = new Map<string, string>();
  for (const [purse, { opening, ...account }] of Object.entries(purses)) {
    const { id } = await client.post<{ id: string }>("/v1/accounts", {
      ...account,
      openingBalance: { amount: opening, currency: account.currency },
      openingDate: `${first}-01`,
    });
    ids.set(purse, id);
  }
  return ids;
}

async function readCategories(client: Client): Promise<Ids> {
  const { items } = await client.get<{ items: { id: string; name: string }[] }>("/v1/categories");
  return new Map(items.map(({ id, name }) => [name, id]));
}

function bodyOf(entry: Entry, accounts: Ids, categories: Ids): object {
  const { date, kind, from, cents, payee, note, tags, documentNumber, taxRate } = entry;
  const moneyIn = (purse: Purse, amount: number) => ({
    amount: written(amount),
    currency: purses[purse].currency,
  });
  return {
    ...{ kind, date, payee, note, tags, documentNumber, taxRate },
    accountId: idOf(accounts, from),
    amount: moneyIn(from, cents),
    cleared: true,
    ...("category" in entry ? { categoryId: idOf(categories, entry.category) } : {}),
    ...("parts" in entry
      ? {
          splits: entry.parts.map(([category, part]) => ({
            categoryId: idOf(categories, category),
            amount: moneyIn(from, part),
          })),
        }
      : {}),
    ...("to" in entry
      ? {
          toAccountId: idOf(accounts, entry.to),
          ...(entry.toCents === undefined ? {} : { toAmount: moneyIn(entry.to, entry.toCents) }),
        }
      : {}),
  };
}

async function setBudget(
  client: Client,
  { name, period, amount, rollover, categories: names }: (typeof budgets)[number],
  categories: Ids,
): Promise<void> {
  const startsOn =
    period === "yearly" ? `${today.slice(0, 4)}-01-01` : `${monthAfter(today.slice(0, 7), -2)}-01`;
  await client.post("/v1/budgets", {
    ...{ name, period, rollover, startsOn, thresholds: [80, 100] },
    amount: { amount, currency: "EUR" },
    categoryIds: names.map((one) => idOf(categories, one)),
  });
}

function idOf(ids: Ids, name: string): string {
  const id = ids.get(name);
  if (id === undefined) throw new DemoError(`the book has no ${name}`);
  return id;
}

function written(cents: number): string {
  const text = String(cents).padStart(3, "0");
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

function tell(): void {
  say(`
Sign in as ${email} with the password "${password}", and ask:

  token=$(curl -s ${url}/v1/auth/sessions -H 'content-type: application/json' \\
    -d '{"email":"${email}","password":"${password}"}' | sed -E 's/.*"accessToken":"([^"]*)".*/\\1/')

  # What the household owns and owes, in euros, at the end of each month.
  curl -s "${url}/v1/insights/net-worth?from=${monthAfter(first, months - 3)}-01" -H "authorization: Bearer $token"

  # How the budgets stand today.
  curl -s ${url}/v1/budgets/progress -H "authorization: Bearer $token"

  # What came in and went out, month by month.
  curl -s "${url}/v1/insights/cash-flow?from=${first}-01" -H "authorization: Bearer $token"

  # All of it as a journal for hledger.
  curl -s ${url}/v1/exports/journal -H "authorization: Bearer $token" | hledger -f - balance`);
}

function say(line: string): void {
  console.log(line);
}
