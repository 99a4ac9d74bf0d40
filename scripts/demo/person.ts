import { type Client, DemoError } from "./client.ts";
import { runCommand } from "./commands.ts";

const mailTimeoutMs = 180_000;

/** Somebody who uses the server, as this script makes them up. */
export type Person = {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  readonly locale: string;
};

export const person = {
  email: "deniz@example.org",
  password: "violet tractor sings at noon",
  displayName: "Deniz Aydın",
  locale: "en-GB",
} as const satisfies Person;

/** With whom the household has debts. */
export const friend = {
  ...{ ...person, email: "mert@example.org", displayName: "Mert Demir" },
  locale: "de-DE",
} as const satisfies Person;

/** Signs in; registers before that when nobody of that name is there. Gives whether somebody was. */
export async function signInOrRegister(client: Client, who: Person): Promise<"known" | "new"> {
  if (await client.signIn(who)) return "known";
  await register(client, who);
  if (!(await client.signIn(who)))
    throw new DemoError(`${who.email} has another password than this script knows.`);
  return "new";
}

export async function register(client: Client, who: Person): Promise<void> {
  const { termsVersion } = await client.get<{ termsVersion: string }>(
    "/v1/auth/registration-rules",
  );
  const before = (await mailsOf(client, who)).length;
  const { id } = await client.post<{ id: string }>("/v1/auth/registrations", {
    ...{ ...who, acceptedTerms: termsVersion },
    ...{ timeZone: "Europe/Berlin", baseCurrency: "EUR" },
  });
  const code = await mailedCode(client, who, before);
  await client.post(`/v1/auth/registrations/${id}/verification`, { code });
}

type Mail = { readonly code: string | null };

/** Mails of a server in development can be read by everybody; the newest first. */
async function mailsOf(client: Client, { email }: Person): Promise<readonly Mail[]> {
  const address = encodeURIComponent(email);
  return client.get<readonly Mail[]>(`/dev/mailbox.json?to=${address}`).catch((error) => {
    throw new DemoError(
      `${error.message}\nThe code of a registration is read from the mailbox of a server in development, without SMTP_URL.`,
    );
  });
}

async function mailedCode(client: Client, who: Person, before: number): Promise<string> {
  const deadline = performance.now() + mailTimeoutMs;
  while (performance.now() < deadline) {
    const mails = await mailsOf(client, who);
    const code = mails.length > before ? mails[0]?.code : undefined;
    if (code) return code;
    await Bun.sleep(250);
  }
  throw new DemoError(`No code for ${who.email} came within ${mailTimeoutMs / 1000} s.`);
}

/** The free plan has room for three accounts, and none for debts. Plans are granted by a command beside the server, on its databases. */
export async function grantPlan(client: Client, { email }: Person): Promise<void> {
  const { plan } = await client.get<{ plan: string }>("/v1/billing/plan");
  if (plan === "pro") return;
  await runCommand(["plan:grant", email, "pro", "365", "Demo household"]);
}
