import { eventually } from "../../tests/support/eventually.ts";
import type { KnownLedger, KnownUser } from "../../tests/support/kept-dumps.ts";
import { createClient, type Tokens } from "./client.ts";

type Named = { readonly id: string; readonly version: number };
type Account = Named & { readonly name: string; readonly balance: { readonly amount: string } };
type Category = { readonly id: string; readonly name: string; readonly kind: string };

const importTimeoutMs = 30_000;
/** As a bank in Germany writes it. */
const bankFile = `Buchungstag;Auftraggeber/Empfänger;Verwendungszweck;Betrag;Währung
03.02.2026;Bäckerei Kamps;Brötchen;-4,80;EUR
14.02.2026;Deutsche Bahn;Fahrkarte;-59,90;EUR
28.02.2026;Verlag;Honorar;1.250,00;EUR
`;

/** Lets somebody keep a book: accounts, all kinds of transactions, a budget, an import, a closed year. */
export async function useLedger(installation: {
  readonly url: string;
  readonly user: KnownUser;
}): Promise<KnownLedger> {
  const { url, user } = installation;
  const { send } = createClient(url, { keyed: false });
  const credentials = { email: user.address, password: user.password };
  const { accessToken: token } = await send<Tokens>("POST", "/auth/sessions", credentials);
  const post = <T>(path: string, body: object) => send<T>("POST", path, body, token);
  const money = (amount: string, currency = "EUR") => ({ amount, currency });
  const open = (name: string, kind: string, currency: string, amount: string) =>
    post<Account>("/accounts", {
      ...{ name, kind, currency, openingDate: "2025-12-31" },
      openingBalance: money(amount, currency),
    });

  const giro = await open("Girokonto", "checking", "EUR", "1200.00");
  const card = await open("Kreditkarte", "credit_card", "EUR", "-150.00");
  const lira = await open("Ziraat", "savings", "TRY", "10000.00");
  const { items } = await send<{ items: readonly Category[] }>(
    "GET",
    "/categories",
    undefined,
    token,
  );
  const [rent, food] = items.filter(({ kind }) => kind === "expense");
  const wages = items.find(({ kind }) => kind === "income");
  if (!rent || !food || !wages) throw new Error("a new book has no categories");

  const record = (fields: object) =>
    post<Named>("/transactions", { date: "2026-01-15", ...fields });
  const from = { accountId: giro.id };
  await record({ ...from, kind: "income", amount: money("2600.00"), categoryId: wages.id });
  await record({
    ...{ ...from, kind: "expense", amount: money("930.50"), payee: "Hausverwaltung Groß" },
    ...{ note: "Miete & Nebenkosten", tags: ["wohnen"], documentNumber: "M-01", cleared: true },
    splits: [
      { categoryId: rent.id, amount: money("900.00") },
      { categoryId: food.id, amount: money("30.50"), note: "Wasser" },
    ],
  });
  await record({ ...from, kind: "transfer", amount: money("150.00"), toAccountId: card.id });
  await record({
    ...{ ...from, kind: "transfer", amount: money("100.00") },
    ...{ toAccountId: lira.id, toAmount: money("4920.00", "TRY") },
  });
  const mistake = await record({ ...from, kind: "expense", amount: money("9.99") });
  await send(
    "POST",
    `/transactions/${mistake.id}/void`,
    { reason: "Twice." },
    token,
    mistake.version,
  );
  await post("/budgets", {
    ...{ name: "Lebensmittel", period: "monthly", amount: money("400.00") },
    ...{ categoryIds: [food.id], startsOn: "2026-01-01", rollover: "both", thresholds: [80, 100] },
  });
  await importFile(url, token, giro.id);
  const [book] = (await send<{ items: readonly Named[] }>("GET", "/books", undefined, token)).items;
  if (!book) throw new Error("there is no book");
  const closing = { closedThrough: "2025-12-31", reason: "The year is over." };
  await send("PUT", `/books/${book.id}/closing`, closing, token, book.version);

  const accounts = await send<{ items: readonly Account[] }>("GET", "/accounts", undefined, token);
  const balances = accounts.items.map(({ name, balance }) => ({ name, balance: balance.amount }));
  return { address: user.address, balances };
}

async function importFile(url: string, token: string, accountId: string): Promise<void> {
  const { send } = createClient(url, { keyed: false });
  type Import = Named & { readonly state: string };
  const query = new URLSearchParams({ accountId, fileName: "umsätze.csv" });
  const answer = await fetch(`${url}/v1/imports?${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "text/csv" },
    body: bankFile,
  });
  if (!answer.ok) throw new Error(`the upload answered ${answer.status}: ${await answer.text()}`);
  const { id } = (await answer.json()) as Import;
  const inState = (wanted: string) =>
    eventually(
      `the import is ${wanted}`,
      async () => {
        const found = await send<Import>("GET", `/imports/${id}`, undefined, token);
        return found.state === wanted ? found : undefined;
      },
      importTimeoutMs,
    );
  const { version } = await inState("ready");
  await send("POST", `/imports/${id}/commit`, undefined, token, version);
  await inState("committed");
}
