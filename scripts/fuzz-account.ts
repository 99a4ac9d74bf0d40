/**
 * `bun scripts/fuzz-account.ts <url>`: makes an administrator with a second factor on the development server at `url`
 * (DATA_DIR is the server's), a user for him to act on, a book with things for every operation, and debts with others.
 * Prints lines like FUZZ_TOKEN='…' and FUZZ_USER_ID='…' for a shell.
 */
import { join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { type Client, createClient, eventually } from "./fuzz/client.ts";
import type { People, Person } from "./fuzz/debt-steps.ts";
import { prepareDebts } from "./fuzz/debt-things.ts";
import { prepareEvidence } from "./fuzz/evidence-things.ts";
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

const [fuzzer, otherAdmin] = await administrators("fuzzer@example.org", "other-admin@example.org");
const ledgerThings = await prepareLedger(fuzzer.client);
const people = await partiesWith(fuzzer, otherAdmin);
const things = {
  TOKEN: fuzzer.token,
  USER_ID: await register("fuzzed@example.org"),
  ...ledgerThings,
  ...(await prepareReports(fuzzer.client)),
  ...(await prepareDebts(people, String(ledgerThings["TRANSACTION_ID"]))),
  ...(await prepareEvidence(people)),
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

type Administrator = Person & { readonly token: string };

/** Each makes the other an operator as well: nobody can change his own roles. */
async function administrators(one: string, other: string): Promise<[Administrator, Administrator]> {
  const sessions = [await administrator(one), await administrator(other)] as const;
  const [first, second] = sessions;
  const roles = { roles: ["user", "operator", "admin"], reason: "To be fuzzed." };
  const grant = async (by: Session, to: Session) => {
    const { body } = await as(to).get<{ id: string }>("/v1/users/me");
    await as(by).put(`/v1/admin/users/${body.id}/roles`, roles);
  };
  await grant(first, second);
  const renewed = await refreshed(second);
  await grant(renewed, first);
  return [signedIn(one, await refreshed(first)), signedIn(other, renewed)];
}

async function administrator(address: string): Promise<Session> {
  await runCommand(["admin:create", address], `Fuzzer\n${password}\n`);
  return setUpSecondFactor(await signIn(address));
}

function as({ accessToken }: Session): Client {
  return createClient(String(url), accessToken);
}

function signedIn(address: string, session: Session): Administrator {
  return { address, token: session.accessToken, client: as(session) };
}

/** What a token claims is out of date once roles or factors are others. */
async function refreshed({ refreshToken }: Session): Promise<Session> {
  return (await stranger.post<Session>("/v1/auth/tokens", { refreshToken })).body;
}

async function user(address: string): Promise<Person> {
  await register(address);
  return { address, client: createClient(String(url), (await signIn(address)).accessToken) };
}

/** Everybody with whom the fuzzer has debts. */
async function partiesWith(known: Person, reviewer: Person): Promise<People> {
  const [toBlock, blockedBefore] = [
    await user("blocked@example.org"),
    await user("past@example.org"),
  ];
  return {
    ...{ fuzzer: known, otherAdmin: reviewer, blocked: [toBlock, blockedBefore] },
    counterparty: await user("counterparty@example.org"),
    third: await user("third@example.org"),
  };
}

/** Until then the role does not count. */
async function setUpSecondFactor(session: Session): Promise<Session> {
  const client = as(session);
  const factor = await client.post<{ secret: string }>("/v1/users/me/second-factor");
  const code = TOTP.generate({ secret: Secret.fromBase32(factor.body.secret) });
  await client.post("/v1/users/me/second-factor/confirmation", { code });
  return refreshed(session);
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
