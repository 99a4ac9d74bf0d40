import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  otherThan,
  pending,
  resend,
  startRegistration,
  verify,
} from "../../support/registering.ts";
import { openStoredBytes, type StoredBytes } from "../../support/stored-bytes.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const password = "marker-tulip-7f3a9c-harbour";
const displayName = "Zeynep Kaya 51c2";
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

const alone = (digits: string) => new RegExp(`(?<![0-9a-f])${digits}(?![0-9a-f])`);

describe("after a registration in all its steps", () => {
  test("no table, log line or write-ahead log holds the password; no table or log line a code", async () => {
    const email = "zeynep@example.org";
    const started = await startRegistration(app, email, { password, displayName });
    expect(started.status).toBe(202);
    // The code is still on its way: sealed.
    const waiting = await stored.rows();
    const first = await app.mails.codeFor(email);
    app.clock.advance(60);
    await resend(app, started.body.id);
    const second = await app.mails.codeFor(email);
    await verify(app, started.body.id, otherThan(first, second));
    const signedUp = await verify(app, started.body.id, second);
    expect(signedUp.status).toBe(201);
    await startRegistration(app, email, { password, displayName });
    await app.post("/v1/auth/registrations", { email, password });
    await app.post("/v1/auth/registrations", `{"email":"${email}","password":"${password}"`);

    const { accessToken, refreshToken } = signedUp.body.session;
    const rows = `${waiting}\n${await stored.rows()}`;
    const lines = app
      .logLines()
      .map((line) => JSON.stringify(line))
      .join("\n");
    expect(rows).toContain(displayName);
    expect(lines).toContain("/verification");
    for (const text of [rows, lines]) {
      for (const secret of [password, accessToken, refreshToken])
        expect(text.includes(secret)).toBe(false);
      for (const code of [first, second]) expect(alone(code).test(text)).toBe(false);
    }
    expect(lines.includes(email)).toBe(false);

    expect(await stored.isInWal(displayName)).toBe(true);
    for (const secret of [password, accessToken, refreshToken])
      expect(await stored.isInWal(secret)).toBe(false);
  }, 180_000);

  test("nor does an answer that refuses a form", async () => {
    const { id } = await pending(app, "echo@example.org");
    const answers = [
      await startRegistration(app, "echo", { password }),
      await startRegistration(app, "echo@example.org", { password: `${password}\n` }),
      await verify(app, id, password.slice(0, 15)),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(422);
      expect(JSON.stringify(body)).not.toContain("marker-tulip");
    }
  });
});
