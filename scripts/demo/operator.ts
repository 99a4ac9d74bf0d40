import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Secret, TOTP } from "otpauth";
import { type Client, DemoError } from "./client.ts";
import { runCommand } from "./commands.ts";
import { type Person, person, register } from "./person.ts";

const codeSeconds = 30;

/** Who looks at recordings. */
export const operator = {
  ...{ ...person, email: "ola@example.org", displayName: "Ola Operator" },
} as const satisfies Person;

/** Who gives that role, and nobody can give it to himself. */
const administrator = {
  ...{ ...person, email: "ada@example.org", displayName: "Ada Minister" },
} as const satisfies Person;

/** In base 32. The server shows it once, and a later run signs in with it, too. */
const secretFile = ({ email }: Person) =>
  join(process.env["DATA_DIR"] || "data", `demo-${email.split("@")[0]}.totp`);
const secretOf = (who: Person): string | null =>
  existsSync(secretFile(who)) ? readFileSync(secretFile(who), "utf8").trim() : null;

/** What an authenticator app is given; null while there is no operator. */
export const operatorSecret = (): string | null => secretOf(operator);

/** Signs the operator in; makes him before that, and an administrator for it, when he is not there. */
export async function signInOperator(client: Client, administration: Client): Promise<void> {
  await signInStaff(client, operator, () => register(client, operator));
  const me = await client.get<{ id: string; roles: readonly string[] }>("/v1/users/me");
  if (me.roles.includes("operator")) return secured(client, operator);
  await signInStaff(administration, administrator, () =>
    runCommand(
      ["admin:create", administrator.email],
      `${administrator.displayName}\n${administrator.password}\n`,
    ),
  );
  await secured(administration, administrator);
  await administration.put(`/v1/admin/users/${me.id}/roles`, {
    ...{ roles: [...me.roles, "operator"], reason: "Looks at the recordings of the demo." },
  });
  await secured(client, operator);
}

/** With a code where the second factor is set up: without one there is none yet, or a run was cut off there. */
async function signInStaff(client: Client, who: Person, make: () => Promise<void>): Promise<void> {
  if (await client.signIn(who)) return;
  const secret = secretOf(who);
  if (secret !== null) return signInByCode(client, who, secret);
  await make();
  if (!(await client.signIn(who)))
    throw new DemoError(`${who.email} has another password or second factor than this script.`);
}

/** Their roles count once a second factor is set up. */
async function secured(client: Client, who: Person): Promise<void> {
  const path = "/v1/users/me/second-factor";
  const me = await client.get<{ secondFactor: { enabled: boolean } }>("/v1/users/me");
  if (me.secondFactor.enabled) return;
  const { secret } = await client.post<{ secret: string }>(path, {});
  mkdirSync(dirname(secretFile(who)), { recursive: true });
  writeFileSync(secretFile(who), `${secret}\n`);
  chmodSync(secretFile(who), 0o600);
  const { recoveryCodes } = await client.post<{ recoveryCodes: readonly string[] }>(
    ...([`${path}/confirmation`, { code: codeOf(secret) }] as const),
  );
  // The code of the moment is used, and the next one is half a minute away.
  const [code = ""] = recoveryCodes;
  if (!(await client.signIn({ ...who, code })))
    throw new DemoError(`${who.email} cannot sign in with a recovery code.`);
}

/** Each code works once, and somebody may have used that of this half minute, and of the next one. */
async function signInByCode(client: Client, who: Person, secret: string): Promise<void> {
  for (const waitSeconds of [0, codeSeconds, codeSeconds]) {
    await Bun.sleep(waitSeconds * 1000);
    if (await client.signIn({ ...who, code: codeOf(secret) })) return;
  }
  throw new DemoError(
    `${who.email} has another password or second factor than ${secretFile(who)} says.`,
  );
}

const codeOf = (secret: string): string => TOTP.generate({ secret: Secret.fromBase32(secret) });
