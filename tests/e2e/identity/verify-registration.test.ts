import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import {
  otherThan,
  pending,
  registrationsPath,
  resend,
  signUp,
  startRegistration,
  termsInForce,
  verify,
} from "../../support/registering.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const pathOf = (id: string) => `${registrationsPath}/${id}/verification`;
const nobody = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { CLIENT_ATTEMPTS_PER_HOUR: "20" } });
});
afterAll(() => app.close());

const expectWrong = (answer: Parameters<typeof expectProblem>[0]) =>
  expectProblem(answer, 422, "identity.code_wrong");

describe("201", () => {
  test("makes the user and signs in", async () => {
    const { id, code } = await pending(app, "Emir.Kaya@example.org", { displayName: "Emir Kaya" });
    const { status, body, headers } = await verify(app, id, code);
    expect(status).toBe(201);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body.user).toMatchObject({
      email: "Emir.Kaya@example.org",
      displayName: "Emir Kaya",
      roles: ["user"],
      plan: "free",
      termsVersion: termsInForce,
    });
    expect(body.session).toMatchObject({ tokenType: "Bearer", expiresInSeconds: 900 });
    const headersOf = { authorization: `Bearer ${body.session.accessToken}` };
    const me = await app.request<{ id: string }>("/v1/users/me", { headers: headersOf });
    expect([me.status, me.body.id]).toEqual([200, body.user.id]);
  });

  test("takes the code as people copy it", async () => {
    const { id, code } = await pending(app, "spaces@example.org");
    expect((await verify(app, id, ` ${code.slice(0, 3)} ${code.slice(3)} `)).status).toBe(201);
  });

  test("takes the last two codes that were mailed, not the third", async () => {
    const codes: string[] = [];
    const { id, code } = await pending(app, "three@example.org");
    codes.push(code);
    for (let time = 0; time < 2; time += 1) {
      app.clock.advance(60);
      expect((await resend(app, id)).status).toBe(202);
      codes.push(await app.mails.codeFor("three@example.org"));
    }
    const [first = "", second = "", third = ""] = codes;
    if (first !== second && first !== third) expectWrong(await verify(app, id, first));
    expect((await verify(app, id, second)).status).toBe(201);
  });

  test("until the code is ten minutes old", async () => {
    const { id, code } = await pending(app, "slow@example.org");
    app.clock.advance(599);
    expect((await verify(app, id, code)).status).toBe(201);
  });

  test("after four wrong codes", async () => {
    const { id, code } = await pending(app, "fifth@example.org");
    for (let time = 0; time < 4; time += 1) expectWrong(await verify(app, id, otherThan(code)));
    expect((await verify(app, id, code)).status).toBe(201);
  });

  test("moves the hash of the password to the user", async () => {
    const { id, code } = await pending(app, "moved@example.org");
    const { user } = (await verify(app, id, code)).body;
    const [kept] =
      await app.sql`select password_hash, user_id from identity.registrations where id = ${id}`;
    expect(kept).toEqual({ password_hash: null, user_id: user.id });
    const [own] =
      await app.sql`select password_hash from identity.credentials where user_id = ${user.id}`;
    expect(own?.["password_hash"]).toStartWith("$argon2id$");
  });
});

describe("401", () => {
  test("for a token that is none", async () => {
    const headers = { authorization: "Bearer none", "content-type": "application/json" };
    const body = JSON.stringify({ code: "123456" });
    const answer = await app.request(pathOf(nobody), { method: "POST", headers, body });
    expectProblem(answer, 401, "auth.required");
  });
});

describe("405", () => {
  test("for every other method", () => expectOnlyMethods(app, pathOf(nobody), ["POST"]));
});

describe("409", () => {
  test("for the right code once more: the person has an account and can log in", async () => {
    const { id, code } = await pending(app, "again@example.org");
    expect((await verify(app, id, code)).status).toBe(201);
    expectProblem(await verify(app, id, code), 409, "identity.address_taken");
    expectWrong(await verify(app, id, otherThan(code)));
  });

  test("for the right code of an address that another registration has made a user of", async () => {
    const first = await pending(app, "both@example.org");
    const second = await pending(app, "BOTH@example.org");
    expect((await verify(app, second.id, second.code)).status).toBe(201);
    expectProblem(await verify(app, first.id, first.code), 409, "identity.address_taken");
  });

  test("for a repeat with the same Idempotency-Key: tokens are not kept", async () => {
    const { id, code } = await pending(app, "key@example.org");
    const ask = () =>
      app.request(pathOf(id), {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "idempotency-key": "once",
          "x-forwarded-for": "192.0.2.9",
        },
        body: JSON.stringify({ code }),
      });
    expect((await ask()).status).toBe(201);
    expectProblem(await ask(), 409, "idempotency.not_replayable");
  });

  test("does not come of a wrong code that was sent with an Idempotency-Key", async () => {
    const { id, code } = await pending(app, "typo@example.org");
    const ask = (typed: string) =>
      app.request(pathOf(id), {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": `typo-${typed}` },
        body: JSON.stringify({ code: typed }),
      });
    expectWrong(await ask(otherThan(code)));
    expect((await ask(code)).status).toBe(201);
  });
});

describe("422", () => {
  test("code_wrong, alike, for a wrong code, an expired one, one used up, a decoy, and an unknown registration", async () => {
    await signUp(app, "owner@example.org");
    const wrong = await pending(app, "wrong@example.org");
    const usedUp = await pending(app, "used.up@example.org");
    for (let time = 0; time < 5; time += 1)
      expectWrong(await verify(app, usedUp.id, otherThan(usedUp.code)));
    const decoy = await startRegistration(app, "owner@example.org");
    const expired = await pending(app, "expired@example.org");
    const answers = [
      await verify(app, wrong.id, otherThan(wrong.code)),
      await verify(app, usedUp.id, usedUp.code),
      await verify(app, decoy.body.id, "123456"),
      await verify(app, nobody, "123456"),
    ];
    app.clock.advance(601);
    answers.push(await verify(app, expired.id, expired.code));
    for (const answer of answers) expectWrong(answer);
    const shapes = answers.map(({ body, headers }) => {
      const { requestId: _, ...rest } = body as unknown as Record<string, unknown>;
      return JSON.stringify([rest, [...headers.keys()]]);
    });
    expect(new Set(shapes).size).toBe(1);
  });

  test("for a code of another registration of the same address", async () => {
    const first = await pending(app, "mine@example.org");
    const second = await pending(app, "mine@example.org");
    if (first.code !== second.code) expectWrong(await verify(app, first.id, second.code));
    expect((await verify(app, second.id, second.code)).status).toBe(201);
  });

  test("naming the code when it has not six digits, which costs no attempt", async () => {
    const { id, code } = await pending(app, "shape@example.org");
    for (const typed of ["12345", "1234567", "12345a", "abcdef", ""]) {
      const answer = await verify(app, id, typed);
      expectFaults(answer, ["/code"]);
      if (typed !== "") expect(JSON.stringify(answer.body)).not.toContain(typed);
    }
    expect((await verify(app, id, code)).status).toBe(201);
  });

  test("naming the id when it is none", async () => {
    expectFaults(await verify(app, "7", "123456"), ["id"]);
  });
});

describe("429", () => {
  test("for a client that tries too many codes, of whatever registrations", async () => {
    const ask = (client: string) =>
      app.request(pathOf(crypto.randomUUID()), {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": client },
        body: JSON.stringify({ code: "123456" }),
      });
    for (let time = 0; time < 20; time += 1) expectWrong(await ask("192.0.2.1"));
    const refused = await ask("192.0.2.1");
    expectProblem(refused, 429, "limit.exceeded");
    expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 3601);
    expectWrong(await ask("192.0.2.2"));
  });
});
