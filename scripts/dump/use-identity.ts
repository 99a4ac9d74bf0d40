import { Secret, TOTP } from "otpauth";
import type { KnownRegistration, KnownUser } from "../../tests/support/kept-dumps.ts";
import type { MailServer } from "../../tests/support/mail-server.ts";
import { type Client, createClient, mailedCode, type Tokens } from "./client.ts";

type Installation = {
  readonly url: string;
  readonly mails: MailServer;
  command(...args: readonly string[]): Promise<void>;
  /** With what is typed, a line each. */
  typed(lines: readonly string[], ...args: readonly string[]): Promise<void>;
};

type Person = Pick<KnownUser, "address" | "password" | "displayName">;
type SignedUp = { readonly user: { readonly id: string }; readonly session: Tokens };

const ayse = {
  address: "ayşe.yılmaz@dump.example",
  password: "marmalade-over-bosphorus-41",
  displayName: "Ayşe Yılmaz",
};
const juergen = {
  address: "juergen@bücher.example",
  password: "nine wooden kites in Bremen",
  displayName: "Jürgen Groß",
};
const mallory = {
  address: "mallory@dump.example",
  password: "tollgate-sherbet-7-canyon",
  displayName: "مالوري",
};
const admin = {
  address: "admin@dump.example",
  password: "quartz lantern beneath the stairs",
  displayName: "Ada Minister",
};
const ola = {
  address: "ola@dump.example",
  password: "seven herons over a slow canal",
  displayName: "Ola Operator",
};
const newcomer = {
  address: "newcomer@dump.example",
  password: "paper-boats-drift-to-Izmir",
  displayName: "New Comer",
};

/** Lets people register, sign in and out, protect themselves, be given plans and roles, and be suspended. */
export async function useIdentity(installation: Installation): Promise<{
  readonly users: readonly KnownUser[];
  readonly registration: KnownRegistration;
}> {
  const { mails, command, typed } = installation;
  const client = createClient(installation.url);
  const { send } = client;

  const first = await register(client, mails, ayse, { locale: "tr-TR", baseCurrency: "TRY" });
  await send("PATCH", "/users/me", { timeZone: "Europe/Istanbul" }, first.session.accessToken);
  const protectedAyse = await protect(client, ayse, first.session);

  const second = await register(client, mails, juergen, { locale: "de-DE", baseCurrency: "EUR" });
  const tablet = await signIn(client, juergen);
  await send("DELETE", "/auth/sessions/current", undefined, tablet.accessToken);
  const wrong = { email: juergen.address, password: "not my password" };
  if ((await client.refused("/auth/sessions", wrong)) !== 401) throw new Error("it was no 401");
  await send("POST", "/auth/password-resets", { email: juergen.address });
  const muted = { notifications: { plan: false } };
  await send("PATCH", "/users/me", muted, second.session.accessToken);
  const refreshed = await refresh(client, second.session);

  const third = await register(client, mails, mallory, {});
  await typed([admin.displayName, admin.password], "admin:create", admin.address);
  const boss = await protect(client, admin, await signIn(client, admin));
  const reason = { reason: "Sent invitations to strangers." };
  const authority = boss.tokens.accessToken;
  await send("POST", `/admin/users/${third.user.id}/suspension`, reason, authority);
  const promotion = { roles: ["user", "support"], reason: "Answers questions from now on." };
  await send("PUT", `/admin/users/${first.user.id}/roles`, promotion, authority);

  const operator = await hireOperator(client, mails, authority);

  await command("plan:grant", ayse.address, "pro", "300", "For", "the", "translation.");
  await command("plan:grant", juergen.address, "plus", "30", "By", "mistake.");
  await command("plan:revoke", juergen.address, "It", "was", "somebody", "else.");
  await command("plan:grant", juergen.address, "plus", "60", "A", "trial.");

  const { id } = await startRegistration(client, newcomer, {});
  const code = await mailedCode(mails, newcomer.address);
  // Of an address that has an account: looks the same, and leads nowhere.
  await startRegistration(client, { ...newcomer, address: juergen.address }, {});

  const plain = { totpSecret: null, recoveryCode: null, status: "active" } as const;
  return {
    users: [
      {
        ...{ ...ayse, ...protectedAyse.known, status: "active", plan: "pro" },
        roles: ["user", "support"],
      },
      {
        ...{ ...juergen, ...plain, plan: "plus", roles: ["user"] },
        refreshToken: refreshed.refreshToken,
      },
      {
        ...{ ...mallory, ...plain, plan: "free", roles: ["user"] },
        ...{ status: "suspended", refreshToken: null },
      },
      {
        ...{ ...admin, ...boss.known, status: "active", plan: "free" },
        roles: ["user", "admin"],
      },
      {
        ...{ ...ola, ...operator.known, status: "active", plan: "free" },
        roles: ["user", "operator"],
      },
    ],
    registration: { id, address: newcomer.address, code },
  };
}

const startRegistration = async ({ send }: Client, person: Person, settings: object) => {
  const rules = await send<{ termsVersion: string }>("GET", "/auth/registration-rules");
  const { address: email, password, displayName } = person;
  const asked = { email, password, displayName, acceptedTerms: rules.termsVersion, ...settings };
  return send<{ id: string }>("POST", "/auth/registrations", asked);
};

async function register(client: Client, mails: MailServer, person: Person, settings: object) {
  const { id } = await startRegistration(client, person, settings);
  const code = await mailedCode(mails, person.address);
  return client.send<SignedUp>("POST", `/auth/registrations/${id}/verification`, { code });
}

const signIn = ({ send }: Client, { address: email, password }: Person, code?: string) =>
  send<Tokens>("POST", "/auth/sessions", { email, password, ...(code ? { code } : {}) });

const refresh = ({ send }: Client, { refreshToken }: Tokens) =>
  send<Tokens>("POST", "/auth/tokens", { refreshToken });

/** The role counts once its owner has a second factor. */
async function hireOperator(client: Client, mails: MailServer, authority: string) {
  const { user } = await register(client, mails, ola, {});
  const hiring = { roles: ["user", "operator"], reason: "Looks at recordings." };
  await client.send("PUT", `/admin/users/${user.id}/roles`, hiring, authority);
  return protect(client, ola, await signIn(client, ola));
}

/** Sets up a second factor, and signs in with the first recovery code. */
async function protect(client: Client, person: Person, tokens: Tokens) {
  const { send } = client;
  const path = "/users/me/second-factor";
  const { secret } = await send<{ secret: string }>("POST", path, undefined, tokens.accessToken);
  const code = TOTP.generate({ secret: Secret.fromBase32(secret) });
  const { recoveryCodes } = await send<{ recoveryCodes: readonly string[] }>(
    ...(["POST", `${path}/confirmation`, { code }, tokens.accessToken] as const),
  );
  const again = await signIn(client, person, recoveryCodes[0]);
  return {
    tokens: again,
    known: {
      totpSecret: secret,
      recoveryCode: recoveryCodes[1] ?? null,
      refreshToken: again.refreshToken,
    },
  };
}
