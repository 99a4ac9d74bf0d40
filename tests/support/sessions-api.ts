import { decodeJwt, decodeProtectedHeader, type JWTPayload } from "jose";
import type { TestUser } from "./identity.ts";
import type { Answer, TestApp } from "./test-app.ts";

/** What whoever signs in or refreshes gets. */
export type TokenSet = {
  readonly accessToken: string;
  readonly tokenType: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: string;
  readonly sessionId: string;
};
export type ListedSession = {
  readonly id: string;
  readonly current: boolean;
  readonly device: string;
  readonly client: string;
  readonly createdAt: string;
  readonly authenticatedAt: string;
  readonly usedAt: string;
  readonly expiresAt: string;
};
export type SessionPage = {
  readonly items: readonly ListedSession[];
  readonly nextCursor: string | null;
};

export const sessionsPath = "/v1/auth/sessions";
export const profilePath = "/v1/users/me";

/** Signs in over HTTP. `headers`: where from, or an Idempotency-Key. */
export const logIn = <T = TokenSet>(
  app: Pick<TestApp, "request">,
  user: Pick<TestUser, "address" | "password">,
  more: { readonly code?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer<T>> =>
  app.request<T>(sessionsPath, {
    method: "POST",
    headers: { "content-type": "application/json", ...more.headers },
    body: JSON.stringify({
      email: user.address,
      password: user.password,
      ...(more.code === undefined ? {} : { code: more.code }),
    }),
  });

export const refresh = <T = TokenSet>(
  app: Pick<TestApp, "post">,
  refreshToken: string,
): Promise<Answer<T>> => app.post<T>("/v1/auth/tokens", { refreshToken });

/** Whether a token is let in, as the status of a request that needs nothing but one. */
export async function statusWith(
  app: Pick<TestApp, "request">,
  accessToken: string,
): Promise<number> {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await app.request(profilePath, { headers })).status;
}

export const claimsOf = (accessToken: string): JWTPayload => decodeJwt(accessToken);
export const headerOf = (accessToken: string) => decodeProtectedHeader(accessToken);
