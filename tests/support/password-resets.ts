import { authorized, type TestUser } from "./identity.ts";
import type { Answer, TestApp } from "./test-app.ts";

export const resetsPath = "/v1/auth/password-resets";
export const redemptionPath = `${resetsPath}/redemption`;
export const newPassword = "copper lantern under seven hills";

export const askForReset = <T = object>(app: TestApp, email: string): Promise<Answer<T>> =>
  app.post<T>(resetsPath, { email });

export const tokenOf = (link: URL): string =>
  new URLSearchParams(link.hash.slice(1)).get("token") ?? "";

/** The token of the newest link that was mailed to this address, after asking for one. */
export async function mailedToken(
  app: TestApp,
  { address }: Pick<TestUser, "address">,
): Promise<string> {
  const { status } = await askForReset(app, address);
  if (status !== 202) throw new Error(`asking for a link answered ${status}`);
  return tokenOf(await app.mails.linkFor(address));
}

export const redeem = <T = null>(
  app: TestApp,
  token: string,
  password: string = newPassword,
): Promise<Answer<T>> => app.post<T>(redemptionPath, { token, password });

/** Whether the access token still opens anything. */
export const isOpen = async (app: TestApp, accessToken: string): Promise<boolean> =>
  (await authorized(app, accessToken).get("/v1/users/me")).status === 200;
