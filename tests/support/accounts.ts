import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "#modules/ledger/contract";
import type { NewUser } from "./identity.ts";
import { ledgerUser } from "./ledger.ts";
import type { TestApp } from "./test-app.ts";

/** The body of POST /v1/accounts, as a client types it. */
export type AccountBody = {
  readonly bookId?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly currency?: string;
  readonly openingBalance?: { readonly amount: string; readonly currency: string };
  readonly openingDate?: string;
  readonly externalCode?: string | null;
};

export const accountBody = (body: AccountBody = {}) => ({
  ...{ kind: "checking", name: "Main", currency: "EUR", openingDate: "2026-01-01" },
  ...body,
});

export type AccountHolder = Awaited<ReturnType<typeof accountHolder>>;

/** A user with a book who opens accounts through the API. */
export async function accountHolder(api: TestApp, asked: NewUser = {}) {
  const user = await ledgerUser(api, asked);
  return {
    ...user,
    /** Fails unless it was opened. */
    async open(body: AccountBody = {}): Promise<Account> {
      const answer = await user.post<Account>("/v1/accounts", accountBody(body));
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    },
    read: async (id: string) => (await user.get<Account>(`/v1/accounts/${id}`)).body,
    /** Records an income, or with a minus an expense, in the account's currency. */
    move: (account: Account, date: string, amount: string, more: object = {}) =>
      user.record({
        kind: amount.startsWith("-") ? "expense" : "income",
        ...{ date, accountId: account.id, ...more },
        amount: { amount: amount.replace("-", ""), currency: account.currency },
      }),
  };
}

/** Lets the user have as many accounts as he likes. */
export async function grantPlus(api: TestApp, userId: string): Promise<void> {
  const [row] = await api.sql<{ address: string }[]>`
    select address from identity.users where id = ${userId}`;
  const { code, lines } = await api.runCommand(
    "plan:grant",
    row?.address ?? "",
    "plus",
    "30",
    "test",
  );
  if (code !== 0) throw new Error(lines.join("\n"));
}

/** Rates of days, as units for one US dollar: `{ "2026-08-01": { EUR: "0.8", TRY: "40" } }`. */
export async function importRates(
  api: TestApp,
  days: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "fintrack-rates-"));
  try {
    const rows = Object.entries(days).flatMap(([day, rates]) =>
      Object.entries(rates).map(([code, rate]) => `${day},${code},${rate}\n`),
    );
    const file = join(dir, "rates.csv");
    writeFileSync(file, `date,code,rate_per_USD\n${rows.join("")}`);
    const { code, lines } = await api.runCommand("rates:import", file);
    if (code !== 0) throw new Error(lines.join("\n"));
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
