import { Secret, TOTP } from "otpauth";
import { eventually } from "../../tests/support/eventually.ts";
import type { KnownUser } from "../../tests/support/kept-dumps.ts";
import type { MailServer } from "../../tests/support/mail-server.ts";

export type Tokens = { readonly accessToken: string; readonly refreshToken: string };

/** Mails leave from a job, within seconds. */
const mailTimeoutMs = 30_000;
const codeSeconds = 30;

/**
 * Asks the API as a client would; fails with the answer when it is no success. `keyed`: with idempotency keys, whose answers
 * are kept in the dump.
 */
export const createClient = (url: string, { keyed = true } = {}) => {
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
        ...(keyed ? { "idempotency-key": crypto.randomUUID() } : {}),
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
    /** A request of tus 1.0.0. */
    async tus<T>(
      method: "POST" | "PATCH" | "DELETE",
      path: string,
      token: string,
      sent: { readonly headers?: object; readonly body?: Uint8Array<ArrayBuffer> } = {},
    ): Promise<T> {
      const response = await fetch(`${url}/v1${path}`, {
        ...{ method, body: sent.body ?? null },
        headers: {
          ...{ authorization: `Bearer ${token}`, "tus-resumable": "1.0.0", ...sent.headers },
        },
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === "" ? null : JSON.parse(text)) as T;
    },
    /** The first bytes of a recording, as a player fetches them. */
    async watch(playbackId: string, token: string): Promise<void> {
      const headers = { "playback-token": token, range: "bytes=0-9999" };
      const response = await fetch(`${url}/v1/evidence-media/${playbackId}`, { headers });
      await response.arrayBuffer();
      if (response.status !== 206) throw new Error(`a playback shows nothing: ${response.status}`);
    },
    /** Gives an access token. */
    async signIn(user: KnownUser): Promise<string> {
      return (await send<Tokens>("POST", "/auth/sessions", credentialsOf(user))).accessToken;
    },
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

/** The code of the next half minute: that of this one may be used. */
function credentialsOf({ address: email, password, totpSecret }: KnownUser): object {
  if (totpSecret === null) return { email, password };
  const secret = Secret.fromBase32(totpSecret);
  const timestamp = Date.now() + codeSeconds * 1000;
  return { email, password, code: TOTP.generate({ secret, timestamp }) };
}

/** The code in the newest mail to this address. */
export const mailedCode = (mails: MailServer, address: string): Promise<string> =>
  eventually(
    `a code is mailed to ${address}`,
    () => /^\s*(\d{6})\s*$/m.exec(mails.to(address).at(-1)?.text ?? "")?.[1],
    mailTimeoutMs,
  );
