import { authorized, createUser, signedInUser, signIn } from "./identity.ts";
import { mailedToken, redeem } from "./password-resets.ts";
import { changeAddress, pending, resend, startRegistration, verify } from "./registering.ts";
import { factorPath, type Started, stepSeconds, stepUpPath } from "./second-factor-api.ts";
import { totpAt } from "./second-factor-users.ts";
import { logIn, refresh } from "./sessions-api.ts";
import type { TestApp } from "./test-app.ts";

/** Everything that users, and administrators with them, can change about accounts, once and with success. */
export async function changeAccounts(api: TestApp): Promise<void> {
  await register(api);
  await signInAndOut(api);
  await changeProof(api);
  await administer(api);
}

async function register(api: TestApp): Promise<void> {
  const { body } = await startRegistration(api, "moving@example.org");
  api.clock.advance(61);
  await changeAddress(api, body.id, "moved@example.org");
  const { id } = await pending(api, "new@example.org");
  api.clock.advance(61);
  await resend(api, id);
  await verify(api, id, await api.mails.codeFor("new@example.org"));
}

async function signInAndOut(api: TestApp): Promise<void> {
  const user = await createUser(api);
  const { body: first } = await logIn(api, user);
  const { body: second } = await logIn(api, user);
  await refresh(api, second.refreshToken);
  const { body: third } = await logIn(api, user);
  const client = authorized(api, third.accessToken);
  await client.delete(`/v1/auth/sessions/${first.sessionId}`);
  await client.delete("/v1/auth/sessions/others");
  await client.post(stepUpPath, { password: user.password });
  await client.patch("/v1/users/me", { displayName: "Another Name" });
  await client.put("/v1/users/me/password", {
    currentPassword: user.password,
    newPassword: "another violet tractor sings",
  });
  await client.delete("/v1/auth/sessions/current");
  await redeem(api, await mailedToken(api, user));
}

async function changeProof(api: TestApp): Promise<void> {
  const { user, ...client } = await signedInUser(api);
  const { body } = await client.post<Started>(factorPath);
  const code = totpAt(body.secret, api.clock.now());
  await client.post(`${factorPath}/confirmation`, { code });
  api.clock.advance(stepSeconds);
  const again = authorized(api, (await signIn(api, user)).accessToken);
  await again.post(`${factorPath}/recovery-codes`);
  await again.delete(factorPath);
}

async function administer(api: TestApp): Promise<void> {
  const admin = await signedInUser(api, { roles: ["admin"] });
  const { id } = await createUser(api);
  const reason = "Asked for by phone.";
  await admin.post("/v1/admin/audit/verification");
  await admin.post(`/v1/admin/users/${id}/suspension`, { reason });
  await admin.post(`/v1/admin/users/${id}/restoration`, { reason });
  await admin.put(`/v1/admin/users/${id}/roles`, { roles: ["user", "support"], reason });
}
