/**
 * `bun scripts/fuzz-account.ts <url>`: makes an administrator with a second factor on the development server at `url`
 * (DATA_DIR is the server's), a user for him to act on, and a book with something of each kind in it. Prints lines like
 * FUZZ_TOKEN=… and FUZZ_USER_ID=… for a shell.
 */
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";

const root = join(import.meta.dir, "..");
const password = "violet tractor sings at noon";
const [url] = Bun.argv.slice(2);
if (url === undefined) {
  console.error("usage: bun scripts/fuzz-account.ts <url>");
  process.exit(2);
}

await runCommand(["admin:create", "fuzzer@example.org"], `Fuzzer\n${password}\n`);
const session = await signIn("fuzzer@example.org");
const factor = await post<{ secret: string }>("/v1/users/me/second-factor", {}, session);
const code = TOTP.generate({ secret: Secret.fromBase32(factor.secret) });
await post("/v1/users/me/second-factor/confirmation", { code }, session);
// What the first token claimed is out of date: the role counts only now.
const { refreshToken } = session;
const renewed = await post<Session>("/v1/auth/tokens", { refreshToken });
const userId = await register("fuzzed@example.org");
const things = {
  TOKEN: renewed.accessToken,
  USER_ID: userId,
  ...(await keepBook(renewed)),
};
for (const [name, value] of Object.entries(things)) console.log(`FUZZ_${name}=${value}`);

type Session = { readonly accessToken: string; readonly refreshToken: string };

async function runCommand(command: readonly string[], input: string): Promise<void> {
  const child = Bun.spawn([process.execPath, "--no-env-file", "src/main.ts", ...command], {
    cwd: root,
    stdin: new Blob([input]),
    stdout: "pipe",
    stderr: "inherit",
  });
  const said = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error(`${command[0]} failed: ${said}`);
}

function signIn(email: string): Promise<Session> {
  return post("/v1/auth/sessions", { email, password });
}

async function register(email: string): Promise<string> {
  const rules = await get<{ termsVersion: string }>("/v1/auth/registration-rules");
  const { id } = await post<{ id: string }>("/v1/auth/registrations", {
    ...{ email, password, displayName: "Fuzzed", acceptedTerms: rules.termsVersion },
  });
  const mailed = await codeFor(email);
  const verified = await post<{ user: { id: string } }>(
    `/v1/auth/registrations/${id}/verification`,
    { code: mailed },
  );
  return verified.user.id;
}

type Thing = { readonly id: string };

/** The second book is for closing: nothing is to be written into it. */
async function keepBook(by: Session) {
  const date = "2026-03-01";
  const { items } = await get<{ items: readonly (Thing & { kind: string })[] }>(
    "/v1/categories",
    by,
  );
  const category = items.find(({ kind }) => kind === "expense");
  if (!category) throw new Error("a new book has no categories");
  const book = await post<Thing>(
    "/v1/books",
    { name: "To be closed", baseCurrency: "EUR", locale: "en" },
    by,
  );
  const account = await post<Thing>(
    "/v1/accounts",
    {
      ...{ name: "Checking", kind: "checking", currency: "EUR", openingDate: date },
      openingBalance: { amount: "100.00", currency: "EUR" },
    },
    by,
  );
  const amount = { amount: "12.50", currency: "EUR" };
  const transaction = await post<Thing>(
    "/v1/transactions",
    { kind: "expense", date, accountId: account.id, amount, categoryId: category.id },
    by,
  );
  const budget = await post<Thing>(
    "/v1/budgets",
    {
      ...{ name: "Food", period: "monthly", amount, categoryIds: [category.id] },
      ...{ startsOn: date, rollover: "none", thresholds: [80] },
    },
    by,
  );
  const query = new URLSearchParams({ accountId: account.id, fileName: "bank.csv" });
  const uploaded = await request<Thing>(`/v1/imports?${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${by.accessToken}`, "content-type": "text/csv" },
    body: "Date,Payee,Amount\n2026-03-14,Baker,-2.50\n",
  });
  return {
    CATEGORY_ID: category.id,
    BOOK_ID: book.id,
    ACCOUNT_ID: account.id,
    TRANSACTION_ID: transaction.id,
    BUDGET_ID: budget.id,
    IMPORT_ID: uploaded.id,
  };
}

async function codeFor(email: string): Promise<string> {
  const mailWaitMs = 30_000;
  for (const end = Date.now() + mailWaitMs; Date.now() < end; await Bun.sleep(200)) {
    const mails = await get<{ code: string | null }[]>(`/dev/mailbox.json?to=${email}`);
    const found = mails[0]?.code;
    if (found) return found;
  }
  throw new Error(`no code for ${email} came within ${mailWaitMs} ms`);
}

function get<T>(path: string, by?: Session): Promise<T> {
  return request(path, by ? { headers: { authorization: `Bearer ${by.accessToken}` } } : {});
}

function post<T>(path: string, body: object, by?: Session): Promise<T> {
  const authorization = by ? { authorization: `Bearer ${by.accessToken}` } : {};
  return request(path, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization },
    body: JSON.stringify(body),
  });
}

async function request<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await fetch(`${url}${path}`, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
}
