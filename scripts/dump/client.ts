import { eventually } from "../../tests/support/eventually.ts";
import type { MailServer } from "../../tests/support/mail-server.ts";

export type Tokens = { readonly accessToken: string; readonly refreshToken: string };

/** Mails leave from a job, within seconds. */
const mailTimeoutMs = 30_000;

/** Asks the API as a client would; fails with the answer when it is no success. */
export const createClient = (url: string) => {
  /** `version`: of what is changed, as it was read. */
  async function send<T>(
    method: string,
    path: string,
    body?: object,
    token?: string,
    version?: number,
  ): Promise<T> {
    const response = await fetch(`${url}/v1${path}`, {
      method,
      headers: {
        "idempotency-key": crypto.randomUUID(),
        ...(body ? { "content-type": "application/json" } : {}),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(version === undefined ? {} : { "if-match": `"${version}"` }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === "" ? null : JSON.parse(text)) as T;
  }
  return {
    send,
    /** The status of what is to be refused. */
    async refused(path: string, body: object): Promise<number> {
      const response = await fetch(`${url}/v1${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      if (response.ok) throw new Error(`POST ${path} was to be refused`);
      return response.status;
    },
  };
};
export type Client = ReturnType<typeof createClient>;

/** The code in the newest mail to this address. */
export const mailedCode = (mails: MailServer, address: string): Promise<string> =>
  eventually(
    `a code is mailed to ${address}`,
    () => /^\s*(\d{6})\s*$/m.exec(mails.to(address).at(-1)?.text ?? "")?.[1],
    mailTimeoutMs,
  );
