/**
 * `bun scripts/fuzz-account.ts <url>`: makes an administrator with a second factor on the development server at `url`
 * (DATA_DIR is the server's), a user for him to act on, a book with things for every operation, and debts with others.
 * Prints lines like FUZZ_TOKEN='…' and FUZZ_USER_ID='…' for a shell.
 */
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { createClient, eventually } from "./fuzz/client.ts";
import { type People, type Person, prepareDebts } from "./fuzz/debt-things.ts";
import { prepareLedger } from "./fuzz/ledger-things.ts";
import { prepareReports } from "./fuzz/report-things.ts";

const root = join(import.meta.dir, "..");
const password = "violet tractor sings at noon";
const [url] = Bun.argv.slice(2);
if (url === undefined) {
  console.error("usage: bun scripts/fuzz-account.ts <url>");
  process.exit(2);
}
const stranger = createClient(url);
type Session = { readonly accessToken: string; readonly refreshToken: string };

const fuzzer = await administrator("fuzzer@example.org");
const ledgerThings = await prepareLedger(fuzzer.client);
const things = {
  TOKEN: fuzzer.token,
  USER_ID: await register("fuzzed@example.org"),
  ...ledgerThings,
  ...(await prepareReports(fuzzer.client)),
  ...(await prepareDebts(await partiesWith(fuzzer), String(ledgerThings["TRANSACTION_ID"]))),
};
for (const [name, value] of Object.entries(things)) console.log(`FUZZ_${name}='${value}'`);

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

async function administrator(address: string): Promise<Person & { readonly token: string }> {
  await runCommand(["admin:create", address], `Fuzzer\n${password}\n`);
  const { accessToken } = await setUpSecondFactor(await signIn(address));
  return { address, token: accessToken, client: createClient(String(url), accessToken) };
}

async function user(address: string): Promise<Person> {
  await register(address);
  return { address, client: createClient(String(url), (await signIn(address)).accessToken) };
}

/** Everybody with whom the fuzzer has debts. */
async function partiesWith(known: Person): Promise<People> {
  const otherAdmin = await administrator("other-admin@example.org");
  const [toBlock, blockedBefore] = [
    await user("blocked@example.org"),
    await user("past@example.org"),
  ];
  return {
    ...{ fuzzer: known, otherAdmin, blocked: [toBlock, blockedBefore] },
    counterparty: await user("counterparty@example.org"),
    third: await user("third@example.org"),
  };
}

/** Until then the role does not count. */
async function setUpSecondFactor(session: Session): Promise<Session> {
  const signedIn = createClient(String(url), session.accessToken);
  const factor = await signedIn.post<{ secret: string }>("/v1/users/me/second-factor");
  const code = TOTP.generate({ secret: Secret.fromBase32(factor.body.secret) });
  await signedIn.post("/v1/users/me/second-factor/confirmation", { code });
  // What the first token claimed is out of date.
  const { refreshToken } = session;
  return (await stranger.post<Session>("/v1/auth/tokens", { refreshToken })).body;
}

async function signIn(email: string): Promise<Session> {
  return (await stranger.post<Session>("/v1/auth/sessions", { email, password })).body;
}

async function register(email: string): Promise<string> {
  const { body: rules } = await stranger.get<{ termsVersion: string }>(
    "/v1/auth/registration-rules",
  );
  const { body: registration } = await stranger.post<{ id: string }>("/v1/auth/registrations", {
    ...{ email, password, displayName: "Fuzzed", acceptedTerms: rules.termsVersion },
  });
  const code = await eventually(`a code for ${email}`, async () => {
    const { body } = await stranger.get<{ code: string | null }[]>(`/dev/mailbox.json?to=${email}`);
    return body[0]?.code ?? undefined;
  });
  const path = `/v1/auth/registrations/${registration.id}/verification`;
  return (await stranger.post<{ user: { id: string } }>(path, { code })).body.user.id;
}
