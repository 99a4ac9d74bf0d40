import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { pathsOf } from "../../support/currency-api.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createUser, signedInUser, signIn } from "../../support/identity.ts";
import { isOpen, mailedToken, newPassword, redeem } from "../../support/password-resets.ts";
import { expectStepUp, logIn } from "../../support/second-factor-api.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/users/me/password";
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const change = (
  client: Pick<Awaited<ReturnType<typeof signedInUser>>, "put">,
  currentPassword: string,
  password = newPassword,
) => client.put(path, { currentPassword, newPassword: password });

describe("204", () => {
  test("the new password signs in, the old one does not", async () => {
    const { user, ...client } = await signedInUser(app);
    const { status, body } = await change(client, user.password);
    expect([status, body]).toEqual([204, null]);
    expectProblem(await logIn(app, user), 401, "identity.credentials_wrong");
    expect((await logIn(app, user, { password: newPassword })).status).toBe(201);
  });

  test("ends all other sessions and leaves this one open", async () => {
    const { user, tokens, ...client } = await signedInUser(app);
    const [other, stranger] = [await signIn(app, user), await signedInUser(app)];
    await change(client, user.password);
    expect(await isOpen(app, other.accessToken)).toBe(false);
    const again = await app.post("/v1/auth/tokens", { refreshToken: other.refreshToken });
    expectProblem(again, 401, "identity.refresh_token_invalid");
    expect(await isOpen(app, tokens.accessToken)).toBe(true);
    expect(await isOpen(app, stranger.tokens.accessToken)).toBe(true);
  });

  test("ends a link for a reset that is on its way", async () => {
    const { user, ...client } = await signedInUser(app);
    const token = await mailedToken(app, user);
    await change(client, user.password);
    const answer = await redeem(app, token, "another lantern under seven hills");
    expectProblem(answer, 410, "identity.reset_token_invalid");
  });

  test("tells the user by mail, without the password", async () => {
    const { user, ...client } = await signedInUser(app);
    await change(client, user.password);
    const { subject, raw } = await app.mails.newest(user.address);
    expect(subject).toBe("Your password was changed");
    expect(raw).not.toContain(newPassword);
  });

  test("stores a hash of the new password only", async () => {
    const { user, ...client } = await signedInUser(app);
    await change(client, user.password);
    const [row] = await app.sql`
      select password_hash from identity.credentials where user_id = ${user.id}`;
    expect(row?.["password_hash"]).toStartWith("$argon2id$");
  });

  test("once, of two from two sessions at the same moment", async () => {
    const { user, ...client } = await signedInUser(app);
    const passwords = [newPassword, "another lantern under seven hills"];
    const answers = await Promise.all(
      passwords.map((password) => change(client, user.password, password)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 422]);
    const signIns = await Promise.all(passwords.map((password) => logIn(app, user, { password })));
    const works = (list: readonly { status: number }[], good: number) =>
      list.map(({ status }) => status === good);
    expect(works(signIns, 201)).toEqual(works(answers, 204));
  });
});

describe("401", () => {
  test("without a token, and without a fresh proof", () => expectStepUp(app, "PUT", path));
});

describe("405", () => {
  test("names what the path takes", () => expectOnlyMethods(app, path, ["PUT"]));
});

describe("422", () => {
  test("for a wrong current password, which is named and never repeated", async () => {
    const { user, ...client } = await signedInUser(app);
    const answer = await change(client, "some wrong password");
    const problem = expectProblem(answer, 422, "identity.password_wrong");
    expect(pathsOf(problem)).toEqual(["/currentPassword"]);
    expect(JSON.stringify(problem)).not.toContain("some wrong password");
    expect((await logIn(app, user)).status).toBe(201);
  });

  test.each(["short", "password1234", "x".repeat(129), "1234567890"])(
    "for a new password like %p",
    async (password) => {
      const { user, ...client } = await signedInUser(app);
      const answer = await change(client, user.password, password);
      expect(pathsOf(expectProblem(answer, 422, "input.invalid"))).toEqual(["/newPassword"]);
      expect((await logIn(app, user)).status).toBe(201);
    },
  );

  test("for a new password made of the name in the address", async () => {
    const user = await createUser(app, { address: "wolfgang.amadeus@example.org" });
    const { accessToken } = await signIn(app, user);
    const { status, body } = await app.request(path, {
      method: "PUT",
      headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        currentPassword: user.password,
        newPassword: "wolfgang.amadeus-2026",
      }),
    });
    expect([status, pathsOf(body as never)]).toEqual([422, ["/newPassword"]]);
  });

  test("for the password that it is already", async () => {
    const { user, ...client } = await signedInUser(app);
    const answer = await change(client, user.password, user.password);
    expect(pathsOf(expectProblem(answer, 422, "input.invalid"))).toEqual(["/newPassword"]);
  });

  test.each([
    [{ newPassword }, ["/currentPassword"]],
    [{ currentPassword: 1, newPassword }, ["/currentPassword"]],
    [{ currentPassword: "x", newPassword, again: newPassword }, ["/"]],
  ])("names what is wrong with %p", async (body, paths) => {
    const client = await signedInUser(app);
    expect(pathsOf(expectProblem(await client.put(path, body), 422, "request.invalid"))).toEqual(
      paths,
    );
  });
});

describe("429", () => {
  test("wrong passwords count together with those of signing in", async () => {
    const { user, ...client } = await signedInUser(app);
    for (let tried = 0; tried < 6; tried += 1)
      expectProblem(await change(client, "some wrong password"), 422, "identity.password_wrong");
    expectProblem(await change(client, user.password), 429, "limit.exceeded");
    expectProblem(await logIn(app, user), 429, "limit.exceeded");
  });
});
