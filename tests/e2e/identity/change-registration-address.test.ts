import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import {
  changeAddress,
  otherThan,
  pending,
  registrationsPath,
  signUp,
  startRegistration,
  verify,
} from "../../support/registering.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const pathOf = (id: string) => `${registrationsPath}/${id}`;
const nobody = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { CLIENT_ATTEMPTS_PER_HOUR: "4" } });
});
afterAll(() => app.close());

describe("202", () => {
  test("mails a code to the right address at once; the one for the mistyped address is dead", async () => {
    const typo = await pending(app, "emir@exmaple.org");
    const { status, body } = await changeAddress(app, typo.id, "emir@example.org");
    expect([status, body.id]).toEqual([202, typo.id]);
    const code = await app.mails.codeFor("emir@example.org");
    if (code !== typo.code)
      expectProblem(await verify(app, typo.id, typo.code), 422, "identity.code_wrong");
    const { user } = (await verify(app, typo.id, code)).body;
    expect(user.email).toBe("emir@example.org");
  });

  test("of a decoy makes a registration like any other", async () => {
    await signUp(app, "taken@example.org");
    const decoy = await startRegistration(app, "taken@example.org");
    await changeAddress(app, decoy.body.id, "untaken@example.org");
    const code = await app.mails.codeFor("untaken@example.org");
    expect((await verify(app, decoy.body.id, code)).status).toBe(201);
  });

  test("to an address with an account: the same answer, a decoy from then on", async () => {
    await signUp(app, "owner@example.org");
    const { id, code } = await pending(app, "mallory@example.org");
    const { status, body } = await changeAddress(app, id, "owner@example.org");
    expect([status, Object.keys(body)]).toEqual([202, ["id", "expiresAt", "resendAfter"]]);
    expect((await app.mails.newest("owner@example.org")).subject).toBe(
      "You already have a FinTrack account",
    );
    for (const typed of [code, otherThan(code)])
      expectProblem(await verify(app, id, typed), 422, "identity.code_wrong");
  });

  test("in silence when the new address has had its mails", async () => {
    for (let time = 0; time < 5; time += 1) await startRegistration(app, "bombed@example.org");
    const { id, code } = await pending(app, "bomber@example.org");
    expect((await changeAddress(app, id, "bombed@example.org")).status).toBe(202);
    expect(await app.mails.to("bombed@example.org")).toHaveLength(5);
    expectProblem(await verify(app, id, code), 422, "identity.code_wrong");
  });
});

describe("401", () => {
  test("for a token that is none", async () => {
    const answer = await app.request(pathOf(nobody), {
      method: "PATCH",
      headers: { authorization: "Bearer none", "content-type": "application/json" },
      body: JSON.stringify({ email: "a@example.org" }),
    });
    expectProblem(answer, 401, "auth.required");
  });
});

describe("404", () => {
  test("for a registration that never was, is complete, or is too old", async () => {
    const done = await pending(app, "done@example.org");
    await verify(app, done.id, done.code);
    const old = await pending(app, "old@example.org");
    app.clock.advance(600 + 3600);
    for (const id of [nobody, done.id, old.id])
      expectProblem(
        await changeAddress(app, id, "new@example.org"),
        404,
        "identity.registration_not_found",
      );
  });
});

describe("405", () => {
  test("for every other method", () => expectOnlyMethods(app, pathOf(nobody), ["PATCH"]));
});

describe("409", () => {
  test("after the fifth code, so that nobody writes to the world with one registration", async () => {
    const { id } = await pending(app, "start@example.org");
    for (let time = 0; time < 4; time += 1)
      expect((await changeAddress(app, id, `next.${time}@example.org`)).status).toBe(202);
    const answer = await changeAddress(app, id, "sixth@example.org");
    expectProblem(answer, 409, "identity.codes_used_up");
    expect(await app.mails.to("sixth@example.org")).toEqual([]);
  });
});

describe("422", () => {
  test.each([
    "nobody",
    "a@localhost",
    "a@example.org,b@example.org",
    '"a"@example.org',
    "a b@c.de",
  ])("naming the address: %p", async (email) => {
    const { id, code } = await pending(app, `keeps.${email.length}@example.org`);
    const answer = await changeAddress(app, id, email);
    expectFaults(answer, ["/email"]);
    expect((await verify(app, id, code)).status).toBe(201);
  });
});

describe("429", () => {
  test("for the same address within a minute: nothing but a resend", async () => {
    const { id, code } = await pending(app, "same@example.org");
    const early = await changeAddress(app, id, "SAME@example.org");
    expectProblem(early, 429, "identity.resend_too_early");
    expect(early.headers.get("retry-after")).toBe("60");
    expect((await verify(app, id, code)).status).toBe(201);
  });

  test("for a client that changes too often", async () => {
    const ask = () =>
      app.request(pathOf(nobody), {
        method: "PATCH",
        headers: { "content-type": "application/json", "x-forwarded-for": "192.0.2.1" },
        body: JSON.stringify({ email: "a@example.org" }),
      });
    for (let time = 0; time < 4; time += 1) expect((await ask()).status).toBe(404);
    expectProblem(await ask(), 429, "limit.exceeded");
  });
});
