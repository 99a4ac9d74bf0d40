import { expect } from "bun:test";
import { expectProblem } from "./http-statuses.ts";
import { authorized, signedInUser, type TestUser } from "./identity.ts";
import { totpAt } from "./second-factor-users.ts";
import type { Answer, TestApp } from "./test-app.ts";

export const factorPath = "/v1/users/me/second-factor";
export const stepUpPath = "/v1/auth/step-up";

export type Started = { readonly secret: string; readonly otpauthUri: string };
export type Codes = { readonly recoveryCodes: readonly string[] };
export type SteppedUp = { readonly accessToken: string; readonly expiresInSeconds: number };
export type Tokens = { readonly accessToken: string; readonly refreshToken: string };

export type Client = ReturnType<typeof authorized>;

/** How long one code is shown. */
export const stepSeconds = 30;
/** How long a proof is fresh enough for routes that ask for one. */
export const stepUpSeconds = 300;

/** Signs in as a client does, with the limits and the cost of the real thing. */
export const logIn = <T = Tokens>(
  app: TestApp,
  user: Pick<TestUser, "address" | "password">,
  changes: { readonly password?: string; readonly code?: string } = {},
): Promise<Answer<T>> =>
  app.post<T>("/v1/auth/sessions", { email: user.address, password: user.password, ...changes });

/** What the refresh token of a session gets: a token that states what is true by now. */
export async function refreshed(app: TestApp, refreshToken: string): Promise<Client & Tokens> {
  const { status, body } = await app.post<Tokens>("/v1/auth/tokens", { refreshToken });
  if (status !== 200) throw new Error(`refreshing answered ${status}`);
  return { ...authorized(app, body.accessToken), ...body };
}

/** A user who has just set up a second factor through the API, and the client with a token of after that. */
export async function enrolledUser(app: TestApp) {
  const { user, tokens, ...client } = await signedInUser(app);
  const { body: started } = await client.post<Started>(factorPath);
  const code = totpAt(started.secret, app.clock.now());
  const { status, body } = await client.post<Codes>(`${factorPath}/confirmation`, { code });
  if (status !== 200) throw new Error(`confirming answered ${status}`);
  app.clock.advance(stepSeconds);
  return {
    user,
    secret: started.secret,
    recoveryCodes: body.recoveryCodes,
    ...(await refreshed(app, tokens.refreshToken)),
  };
}

/** A code that the app does not show these minutes. */
export function wrongCode(secret: string, at: ReturnType<TestApp["clock"]["now"]>): string {
  const shown = [-1, 0, 1].map((step) =>
    totpAt(secret, new Date(Date.parse(at) + step * stepSeconds * 1000).toISOString() as typeof at),
  );
  return ["000000", "111111", "222222", "333333"].find((code) => !shown.includes(code)) ?? "444444";
}

/** Refused without a token; and with a session that proved nothing lately, before the body is read. */
export async function expectStepUp(app: TestApp, method: "POST" | "PUT" | "DELETE", path: string) {
  const broken = { method, headers: { "content-type": "application/json" }, body: "{" };
  expectProblem(await app.request(path, broken), 401, "auth.required");
  const { tokens } = await signedInUser(app);
  app.clock.advance(stepUpSeconds + 1);
  const headers = { ...broken.headers, authorization: `Bearer ${tokens.accessToken}` };
  const refused = await app.request(path, { ...broken, headers });
  expectProblem(refused, 401, "auth.step_up_required");
  expect(refused.headers.get("www-authenticate")).toContain("insufficient_user_authentication");
}
