import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { pathsOf } from "../../support/currency-api.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { codeOf, createUser, signedInUser, signIn } from "../../support/identity.ts";
import {
  isOpen,
  mailedToken,
  newPassword,
  redemptionPath as path,
  redeem,
} from "../../support/password-resets.ts";
import { logIn } from "../../support/second-factor-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const linkSeconds = 30 * 60;
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

describe("204", () => {
  test("sets the password, without signing anybody in", async () => {
    const user = await createUser(app);
    const { status, body } = await redeem(app, await mailedToken(app, user));
    expect([status, body]).toEqual([204, null]);
    expectProblem(await logIn(app, user), 401, "identity.credentials_wrong");
    expect((await logIn(app, user, { password: newPassword })).status).toBe(201);
  });

  test("ends every session of the user, and nobody else's", async () => {
    const { user, tokens } = await signedInUser(app);
    const [other, stranger] = [await signIn(app, user), await signedInUser(app)];
    await redeem(app, await mailedToken(app, user));
    for (const { accessToken, refreshToken } of [tokens, other]) {
      expect(await isOpen(app, accessToken)).toBe(false);
      const again = await app.post("/v1/auth/tokens", { refreshToken });
      expectProblem(again, 401, "identity.refresh_token_invalid");
    }
    expect(await isOpen(app, stranger.tokens.accessToken)).toBe(true);
  });

  test("does not lift the second factor", async () => {
    const user = await createUser(app, { secondFactor: true });
    await redeem(app, await mailedToken(app, user));
    const password = newPassword;
    expectProblem(await logIn(app, user, { password }), 401, "identity.second_factor_required");
    const code = codeOf(user, app.clock.now());
    expect((await logIn(app, user, { password, code })).status).toBe(201);
  });

  test("gives no role what it needs a second factor for", async () => {
    const user = await createUser(app, { roles: ["admin"], secondFactor: false });
    await redeem(app, await mailedToken(app, user));
    const { body } = await logIn(app, user, { password: newPassword });
    const headers = { authorization: `Bearer ${body.accessToken}` };
    expectProblem(await app.request("/v1/admin/users", { headers }), 403, "auth.forbidden");
  });

  test("ends the wait that wrong passwords brought on the account", async () => {
    const user = await createUser(app);
    for (let tried = 0; tried < 6; tried += 1)
      await logIn(app, user, { password: "some wrong password" });
    expectProblem(await logIn(app, user), 429, "limit.exceeded");
    await redeem(app, await mailedToken(app, user));
    expect((await logIn(app, user, { password: newPassword })).status).toBe(201);
  });

  test("does not end the wait that wrong codes brought on the account", async () => {
    const user = await createUser(app, { secondFactor: true });
    for (let tried = 0; tried < 6; tried += 1) await logIn(app, user, { code: "not a code" });
    await redeem(app, await mailedToken(app, user));
    const right = { password: newPassword, code: codeOf(user, app.clock.now()) };
    expectProblem(await logIn(app, user, right), 429, "limit.exceeded");
  });

  test("until the link has expired", async () => {
    const user = await createUser(app);
    const token = await mailedToken(app, user);
    app.clock.advance(linkSeconds - 1);
    expect((await redeem(app, token)).status).toBe(204);
  });

  test("tells the user by mail", async () => {
    const user = await createUser(app);
    await redeem(app, await mailedToken(app, user));
    expect((await app.mails.newest(user.address)).subject).toBe("Your password was changed");
  });

  test("once, of twenty at the same moment", async () => {
    const user = await createUser(app);
    const token = await mailedToken(app, user);
    const passwords = Array.from({ length: 20 }, (_, index) => `${newPassword} ${index}`);
    const answers = await Promise.all(passwords.map((password) => redeem(app, token, password)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 204)).toHaveLength(1);
    // Hashing waits its turn: whoever waits too long is told to come back.
    for (const status of statuses) expect([204, 410, 503]).toContain(status);
    const password = passwords[statuses.indexOf(204)] ?? "";
    expect((await logIn(app, user, { password })).status).toBe(201);
    const told = (await app.mails.to(user.address)).filter(
      ({ subject }) => subject === "Your password was changed",
    );
    expect(told).toHaveLength(1);
  });

  test("after scanners of mail have fetched the link: that spends nothing", async () => {
    const user = await createUser(app);
    const token = await mailedToken(app, user);
    const link = await app.mails.linkFor(user.address);
    for (const method of ["GET", "HEAD"])
      for (const address of [link.pathname, `${link.pathname}?token=${token}`, path])
        await app.request(address, { method });
    expect((await redeem(app, token)).status).toBe(204);
  });
});

describe("405", () => {
  test("names what the path takes: fetching is no way to spend a link", () =>
    expectOnlyMethods(app, path, ["POST"]));
});

describe("410", () => {
  test("when the link was used", async () => {
    const user = await createUser(app);
    const token = await mailedToken(app, user);
    await redeem(app, token);
    const again = await redeem(app, token, "another lantern under seven hills");
    expectProblem(again, 410, "identity.reset_token_invalid");
    expect((await logIn(app, user, { password: newPassword })).status).toBe(201);
  });

  test("when the link has expired", async () => {
    const user = await createUser(app);
    const token = await mailedToken(app, user);
    app.clock.advance(linkSeconds);
    expectProblem(await redeem(app, token), 410, "identity.reset_token_invalid");
    expect((await logIn(app, user)).status).toBe(201);
  });

  test("when the account was suspended meanwhile", async () => {
    const user = await createUser(app);
    const token = await mailedToken(app, user);
    await app.sql`update identity.users set status = 'suspended' where id = ${user.id}`;
    expectProblem(await redeem(app, token), 410, "identity.reset_token_invalid");
  });

  test.each(["x", "A".repeat(43), "../".repeat(14), "'; drop table identity.users; --", "😀"])(
    "for %p, which was never mailed",
    async (token) => {
      expectProblem(await redeem(app, token), 410, "identity.reset_token_invalid");
    },
  );

  test("for a token in another spelling: one token has one", async () => {
    const user = await createUser(app);
    const token = await mailedToken(app, user);
    for (const other of [` ${token}`, `${token}=`, token.toLowerCase(), token.slice(0, -1)])
      if (other !== token)
        expectProblem(await redeem(app, other), 410, "identity.reset_token_invalid");
    expect((await redeem(app, token)).status).toBe(204);
  });
});

describe("422", () => {
  test.each(["short", "password1234", "x".repeat(129), "1234567890"])(
    "for a password like %p, which leaves the link as it is",
    async (password) => {
      const user = await createUser(app);
      const token = await mailedToken(app, user);
      const problem = expectProblem(await redeem(app, token, password), 422, "input.invalid");
      expect(pathsOf(problem)).toEqual(["/password"]);
      expect(JSON.stringify(problem)).not.toContain(token);
      expect((await redeem(app, token)).status).toBe(204);
    },
  );

  test.each([
    [{ password: newPassword }, ["/token"]],
    [{ token: "", password: newPassword }, ["/token"]],
    [{ token: "t".repeat(257), password: newPassword }, ["/token"]],
    [{ token: "t" }, ["/password"]],
    [{ token: "t", password: "a\u0000bcdefghijk" }, ["/password"]],
    [{ token: "t", password: newPassword, code: "123456" }, ["/"]],
  ])("names what is wrong with %p", async (body, paths) => {
    expect(pathsOf(expectProblem(await app.post(path, body), 422, "request.invalid"))).toEqual(
      paths,
    );
  });
});

describe("429", () => {
  test("for a client that tries too many links; not for others", async () => {
    const small = await openTestApp({ environment: { CLIENT_ATTEMPTS_PER_HOUR: "5" } });
    const attempt = (client: string) =>
      small.request(path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": client },
        body: JSON.stringify({ token: "A".repeat(43), password: newPassword }),
      });
    try {
      for (let tried = 0; tried < 5; tried += 1)
        expectProblem(await attempt("192.0.2.9"), 410, "identity.reset_token_invalid");
      expectProblem(await attempt("192.0.2.9"), 429, "limit.exceeded");
      expectProblem(await attempt("192.0.2.10"), 410, "identity.reset_token_invalid");
    } finally {
      await small.close();
    }
  });
});

describe("old links", () => {
  test("are forgotten a day after they have expired, and not before", async () => {
    const user = await createUser(app);
    const kept = async () =>
      (await app.sql`select 1 from identity.password_resets where user_id = ${user.id}`).length;
    await redeem(app, await mailedToken(app, user));
    app.clock.advance(linkSeconds + 86_400 - 1);
    await app.runJob("identity.purge_password_resets");
    expect(await kept()).toBe(1);
    app.clock.advance(2);
    await app.runJob("identity.purge_password_resets");
    expect(await kept()).toBe(0);
  });
});
