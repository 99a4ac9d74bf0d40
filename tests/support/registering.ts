import type { Answer, TestApp } from "./test-app.ts";

/** What the registration API puts on the wire, as a client types it. */
export type Receipt = {
  readonly id: string;
  readonly expiresAt: string;
  readonly resendAfter: string;
};
export type SignedUp = {
  readonly user: {
    readonly id: string;
    readonly email: string;
    readonly displayName: string;
    readonly locale: string;
    readonly timeZone: string;
    readonly baseCurrency: string;
    readonly termsVersion: string;
    readonly roles: readonly string[];
    readonly plan: string;
  };
  readonly session: {
    readonly accessToken: string;
    readonly tokenType: string;
    readonly expiresInSeconds: number;
    readonly refreshToken: string;
    readonly refreshExpiresAt: string;
    readonly sessionId: string;
  };
};

export const registrationsPath = "/v1/auth/registrations";
export const goodPassword = "tulip-anvil-harbour-9";
/** What an installation states unless it sets another. */
export const termsInForce = "2026-11-01";

/** A form that is in order. */
export const formFor = (email: string, changes: Readonly<Record<string, unknown>> = {}) => ({
  email,
  password: goodPassword,
  displayName: "Ali Yılmaz",
  acceptedTerms: termsInForce,
  ...changes,
});

export const startRegistration = <T = Receipt>(
  app: TestApp,
  email: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<Answer<T>> => app.post<T>(registrationsPath, formFor(email, changes));

export const verify = <T = SignedUp>(app: TestApp, id: string, code: string): Promise<Answer<T>> =>
  app.post<T>(`${registrationsPath}/${id}/verification`, { code });

export const resend = <T = Receipt>(app: TestApp, id: string): Promise<Answer<T>> =>
  app.request<T>(`${registrationsPath}/${id}/codes`, { method: "POST" });

export const changeAddress = <T = Receipt>(
  app: TestApp,
  id: string,
  email: string,
): Promise<Answer<T>> =>
  app.request<T>(`${registrationsPath}/${id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email }),
  });

/** A registration whose code is in the mail. */
export async function pending(
  app: TestApp,
  email: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly id: string; readonly code: string }> {
  const { status, body } = await startRegistration(app, email, changes);
  if (status !== 202) throw new Error(`registering answered ${status}`);
  return { id: body.id, code: await app.mails.codeFor(email) };
}

/** Somebody who has an account and is signed in. */
export async function signUp(
  app: TestApp,
  email: string,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<SignedUp> {
  const { id, code } = await pending(app, email, changes);
  const { status, body } = await verify(app, id, code);
  if (status !== 201) throw new Error(`verifying answered ${status}`);
  return body;
}

/** A code that none of these is. */
export const otherThan = (...codes: readonly string[]): string =>
  ["000000", "111111", "222222", "333333"].find((code) => !codes.includes(code)) ?? "444444";
