import { openMailServer } from "../../tests/support/mail-server.ts";

/** An account as a person makes one: registered over HTTP, with the code that was mailed. */
export type Account = {
  readonly email: string;
  readonly password: string;
  readonly accessToken: string;
};

export type Accounts = {
  /** For SMTP_URL. */
  readonly smtpUrl: string;
  register(origin: string): Promise<Account>;
  close(): Promise<void>;
};

const password = "tulip-anvil-harbour-9";

export async function openAccounts(): Promise<Accounts> {
  const mails = await openMailServer();
  let registered = 0;

  async function post<T>(url: string, body: object): Promise<T> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return (await response.json()) as T;
  }

  return {
    smtpUrl: mails.url,
    async register(origin) {
      registered += 1;
      const email = `bench-${registered}@example.org`;
      const path = `${origin}/v1/auth/registrations`;
      const rules = await fetch(`${origin}/v1/auth/registration-rules`);
      const { termsVersion } = (await rules.json()) as { termsVersion: string };
      const { id } = await post<{ id: string }>(path, {
        ...{ email, password, displayName: "Bench" },
        acceptedTerms: termsVersion,
      });
      const code = await codeFor(email);
      const { session } = await post<{ session: { accessToken: string } }>(
        `${path}/${id}/verification`,
        { code },
      );
      return { email, password, accessToken: session.accessToken };
    },
    close: () => mails.close(),
  };

  async function codeFor(email: string): Promise<string> {
    for (let attempt = 0; attempt < 300; attempt += 1) {
      const code = /^\s*(\d{6})\s*$/m.exec(mails.to(email).at(-1)?.text ?? "")?.[1];
      if (code !== undefined) return code;
      await Bun.sleep(50);
    }
    throw new Error("no code was mailed");
  }
}
