import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { authorized, createUser, signedInUser, signIn } from "../../support/identity.ts";
import { mailedToken, redeem } from "../../support/password-resets.ts";
import { signUp } from "../../support/registering.ts";
import {
  type Codes,
  factorPath,
  logIn,
  refreshed,
  type Started,
  type SteppedUp,
  stepSeconds,
  stepUpPath,
} from "../../support/second-factor-api.ts";
import { totpAt } from "../../support/second-factor-users.ts";
import { openStoredBytes, type StoredBytes } from "../../support/stored-bytes.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

/** What a client sends everywhere, to see where it comes to lie. */
const marker = "marker-9f27c1-osprey-lantern";
const idempotent = (key: string) => ({ "idempotency-key": key });

let app: TestApp;
let stored: StoredBytes;
beforeAll(async () => {
  app = await openTestApp({ environment: { LOG_LEVEL: "trace" } });
  stored = openStoredBytes(app.databases);
});
afterAll(async () => {
  await stored.close();
  await app.close();
});
const logged = () =>
  app
    .logLines()
    .map((line) => JSON.stringify(line))
    .join("\n");

/** A user's life, with every secret that an answer or a mail gave on the way. */
async function liveThrough(): Promise<Readonly<Record<string, string>>> {
  const email = "selin@example.org";
  const signedUp = await signUp(app, email);
  const client = authorized(app, signedUp.session.accessToken);

  const factor = (await client.post<Started>(factorPath, undefined, idempotent("factor"))).body;
  const confirmed = await client.post<Codes>(
    `${factorPath}/confirmation`,
    { code: totpAt(factor.secret, app.clock.now()) },
    idempotent("confirmation"),
  );
  expect(confirmed.status).toBe(200);
  app.clock.advance(stepSeconds);
  const renewed = await refreshed(app, signedUp.session.refreshToken);
  app.clock.advance(stepSeconds);
  const stepped = await renewed.post<SteppedUp>(
    stepUpPath,
    { code: totpAt(factor.secret, app.clock.now()) },
    idempotent("step-up"),
  );
  expect(stepped.status).toBe(200);
  const replaced = await authorized(app, stepped.body.accessToken).post<Codes>(
    `${factorPath}/recovery-codes`,
    undefined,
    idempotent("codes"),
  );
  expect(replaced.status).toBe(200);

  const password = `${marker}-reset`;
  const resetToken = await mailedToken(app, { address: email });
  expect((await redeem(app, resetToken, password)).status).toBe(204);
  const code = replaced.body.recoveryCodes[0] ?? "";
  const again = await logIn(app, { address: email, password }, { code });
  expect(again.status).toBe(201);

  return {
    "access token": signedUp.session.accessToken,
    "refresh token": signedUp.session.refreshToken,
    "renewed access token": renewed.accessToken,
    "renewed refresh token": renewed.refreshToken,
    "access token of a step-up": stepped.body.accessToken,
    "access token of a sign-in": again.body.accessToken,
    "secret of the authenticator app": factor.secret,
    "first recovery code": confirmed.body.recoveryCodes[0] ?? "",
    "used recovery code": code,
    "token of a reset link": resetToken,
    "new password": password,
  };
}

describe("no secret that was mailed, answered or sent lies readable", () => {
  test("in a table, a log line, the write-ahead log or a snapshot", async () => {
    const secrets = await liveThrough();
    const [rows, lines, copies] = [await stored.rows(), logged(), await stored.snapshots()];
    expect(rows).toContain("selin@example.org");
    expect(copies).toContain("selin@example.org");
    expect(await stored.isInWal("selin@example.org")).toBe(true);
    for (const [name, secret] of Object.entries(secrets)) {
      expect([name, secret.length > 15]).toEqual([name, true]);
      const found = {
        table: rows.includes(secret),
        log: lines.includes(secret),
        snapshot: copies.includes(secret),
        wal: await stored.isInWal(secret),
      };
      expect([name, found]).toEqual([
        name,
        { table: false, log: false, snapshot: false, wal: false },
      ]);
    }
  }, 180_000);

  test("also when every route that takes text is sent one that it refuses", async () => {
    const { user } = await signedInUser(app, { roles: ["admin", "operator"] });
    const { accessToken } = await signIn(app, user);
    const { paths } = app.app.describe();
    let asked = 0;
    for (const [path, methods] of Object.entries(paths))
      for (const [method, operation] of Object.entries(methods as Record<string, object>)) {
        // Files are taken as they are.
        if (!("requestBody" in operation && JSON.stringify(operation.requestBody).includes("json")))
          continue;
        const body = JSON.stringify({
          ...{ email: marker, password: marker, displayName: marker, acceptedTerms: marker },
          ...{ code: marker, token: marker, refreshToken: marker, reason: marker },
          ...{ currentPassword: marker, newPassword: marker, locale: marker, timeZone: marker },
          ...{ key: marker, recipient: marker, proof: marker, checklist: marker },
        });
        const answer = await app.request(path.replace(/\{\w+\}/g, user.id), {
          method: method.toUpperCase(),
          headers: {
            "content-type": "application/json",
            authorization: `Bearer ${accessToken}`,
            "if-match": '"1"',
            ...idempotent(`every-${asked}`),
          },
          body,
        });
        expect([path, answer.status]).toEqual([path, 422]);
        expect(JSON.stringify(answer.body)).not.toContain(marker);
        asked += 1;
      }
    expect(asked).toBeGreaterThan(12);
    expect(logged()).not.toContain(`${marker}"`);
    expect(await stored.rows()).not.toContain(`${marker}"`);
  }, 180_000);

  test("and an answer that holds one is given once: a repeat is 409", async () => {
    const user = await createUser(app);
    const body = JSON.stringify({ email: user.address, password: user.password });
    const init = {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-forwarded-for": "203.0.113.9",
        ...idempotent("sign-in"),
      },
      body,
    };
    expect((await app.request("/v1/auth/sessions", init)).status).toBe(201);
    const repeat = await app.request<{ code: string }>("/v1/auth/sessions", init);
    expect([repeat.status, repeat.body.code]).toEqual([409, "idempotency.not_replayable"]);
  });
});
