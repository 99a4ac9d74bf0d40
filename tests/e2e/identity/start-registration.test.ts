import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Problem } from "../../support/currency-api.ts";
import { expectFaults, expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import {
  formFor,
  goodPassword,
  registrationsPath as path,
  pending,
  signUp,
  startRegistration,
  verify,
} from "../../support/registering.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { CLIENT_ATTEMPTS_PER_HOUR: "4" } });
});
afterAll(() => app.close());

const usersNow = async () =>
  Number((await app.sql`select count(*) from identity.users`)[0]?.["count"]);

describe("202", () => {
  test("mails a code, and nothing of a user exists yet", async () => {
    const before = await usersNow();
    const { status, body, headers } = await startRegistration(app, "first@example.org");
    expect(status).toBe(202);
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      expiresAt: "2026-09-18T12:10:00.000Z",
      resendAfter: "2026-09-18T12:01:00.000Z",
    });
    expect(headers.get("cache-control")).toBe("no-store");
    const mail = await app.mails.newest("first@example.org");
    expect(mail.envelope.to).toEqual(["first@example.org"]);
    expect(mail.text).toMatch(/^\s*\d{6}\s*$/m);
    expect(await usersNow()).toBe(before);
  });

  test.each([
    ["Ali Yılmaz"],
    ["Şükrü Çağlayan-Öztürk"],
    ["İpek Iğdır"],
    ["Jürgen Groß"],
    ["محمد علي"],
    ["J.R.R. Tolkien"],
  ])("for %s, who is greeted by name", async (displayName) => {
    const email = `name.${displayName.length}.${displayName.charCodeAt(0)}@example.org`;
    const { user } = await signUp(app, email, { displayName });
    expect(user.displayName).toBe(displayName);
    expect((await app.mails.newest(email)).text).toContain(displayName);
  });

  test("for the second Ali Yılmaz", async () => {
    await signUp(app, "ali.1@example.org");
    const { user } = await signUp(app, "ali.2@example.org");
    expect(user.displayName).toBe("Ali Yılmaz");
  });

  test("in the language of the locale, English for others", async () => {
    const subjects: string[] = [];
    for (const locale of ["tr-TR", "de-AT", "fr"]) {
      const email = `speaks.${locale}@example.org`;
      await startRegistration(app, email, { locale });
      subjects.push((await app.mails.newest(email)).subject);
    }
    expect(new Set(subjects).size).toBe(3);
    expect(subjects[2]).toBe("Your confirmation code");
  });

  test("for an address with an account: the same answer, and the owner is told instead", async () => {
    const { user } = await signUp(app, "owner@example.org", { displayName: "Owner" });
    const { status, body, headers } = await startRegistration(app, " OWNER@Example.org", {
      displayName: "Mallory",
    });
    const free = await startRegistration(app, "free@example.org");
    expect([status, Object.keys(body)]).toEqual([free.status, Object.keys(free.body)]);
    expect([...headers.keys()]).toEqual([...free.headers.keys()]);
    const mail = await app.mails.newest("owner@example.org");
    expect(mail.subject).toBe("You already have a FinTrack account");
    expect(mail.text).toContain(user.displayName);
    expect(mail.raw).not.toContain("Mallory");
    expect(mail.text).not.toMatch(/^\s*\d{6}\s*$/m);
  });

  test("takes an international address, whose mail goes where it was given", async () => {
    const email = "Çağrı@münchen.example";
    await startRegistration(app, email);
    expect((await app.mails.newest(email)).text).toContain("Ali");
  });

  test("with the settings that are given, canonical, or the usual ones", async () => {
    const given = { locale: "tr-tr", timeZone: "europe/istanbul", baseCurrency: "TRY" };
    const { user } = await signUp(app, "set@example.org", given);
    expect(user).toMatchObject({
      locale: "tr-TR",
      timeZone: "Europe/Istanbul",
      baseCurrency: "TRY",
    });
    const plain = await signUp(app, "plain@example.org");
    expect(plain.user).toMatchObject({ locale: "en", timeZone: "UTC", baseCurrency: "USD" });
  });

  test("in silence after 5 mails an hour and 10 a day to one address, whoever asks", async () => {
    const email = "bombed@example.org";
    const ask = async (times: number) => {
      for (let time = 0; time < times; time += 1) {
        const { status, body } = await startRegistration(app, email);
        expect([status, Object.keys(body)]).toEqual([202, ["id", "expiresAt", "resendAfter"]]);
      }
      return (await app.mails.to(email)).length;
    };
    expect(await ask(7)).toBe(5);
    app.clock.advance(3601);
    expect(await ask(6)).toBe(10);
    app.clock.advance(3601);
    expect(await ask(2)).toBe(10);
    app.clock.advance(86_400);
    expect(await ask(1)).toBe(11);
  });

  test("in silence also to the owner of an account", async () => {
    await signUp(app, "owner.bombed@example.org");
    for (let time = 0; time < 8; time += 1)
      await startRegistration(app, "owner.bombed@example.org");
    expect(await app.mails.to("owner.bombed@example.org")).toHaveLength(5);
  });
});

describe("401", () => {
  test("for a token that is none", async () => {
    const headers = { authorization: "Bearer none", "content-type": "application/json" };
    const body = JSON.stringify(formFor("a@example.org"));
    expectProblem(await app.request(path, { method: "POST", headers, body }), 401, "auth.required");
  });
});

describe("405", () => {
  test("for every other method", () => expectOnlyMethods(app, path, ["POST"]));
});

describe("409", () => {
  test("for a repeat with the same Idempotency-Key: the answer is not kept, and nothing is mailed twice", async () => {
    const headers = {
      "idempotency-key": "once",
      "content-type": "application/json",
      "x-forwarded-for": "192.0.2.9",
    };
    const body = JSON.stringify(formFor("once@example.org"));
    const ask = () => app.request<Problem>(path, { method: "POST", headers, body });
    expect((await ask()).status).toBe(202);
    expectProblem(await ask(), 409, "idempotency.not_replayable");
    expect(await app.mails.to("once@example.org")).toHaveLength(1);
  });
});

describe("413, 415, 400", () => {
  test("for what is too large, of another type, or no JSON", async () => {
    const send = (type: string, body: string) =>
      app.request(path, { method: "POST", headers: { "content-type": type }, body });
    expect((await send("application/json", `"${"x".repeat(300_000)}"`)).status).toBe(413);
    expect((await send("text/plain", "{}")).status).toBe(415);
    expect((await send("application/json", "{")).status).toBe(400);
  });
});

describe("422", () => {
  test.each([
    ["email", { email: "nobody" }],
    ["email", { email: "a@localhost" }],
    ["email", { email: "a@example.org,b@example.org" }],
    ["email", { email: "a@example.org\r\nBcc: b@example.org" }],
    ["email", { email: 7 }],
    ["password", { password: "short" }],
    ["password", { password: "xK9".repeat(43) }],
    ["password", { password: "password12" }],
    ["password", { password: "somebody-harbour-9" }],
    ["password", { password: "ali yilmaz 85" }],
    ["password", { password: "tulip-anvil\u0000-9" }],
    ["displayName", { displayName: "" }],
    ["displayName", { displayName: "x".repeat(41) }],
    ["displayName", { displayName: "win at evil.example/now" }],
    ["displayName", { displayName: "\u200b" }],
    ["acceptedTerms", { acceptedTerms: "2020-01" }],
    ["acceptedTerms", { acceptedTerms: undefined }],
    ["acceptedTerms", { acceptedTerms: true }],
    ["locale", { locale: "no_locale" }],
    ["timeZone", { timeZone: "Mars/Olympus" }],
    ["baseCurrency", { baseCurrency: "XXZZY" }],
    ["", { roles: ["admin"] }],
  ])("naming /%s for %p", async (field, changes) => {
    const answer = await startRegistration<Problem>(app, "somebody@example.org", changes);
    expectFaults(answer, [`/${field}`]);
    for (const value of Object.values(changes))
      if (typeof value === "string" && value.length > 5)
        expect(JSON.stringify(answer.body)).not.toContain(value);
  });

  test("names every faulty field at once", async () => {
    const answer = await startRegistration<Problem>(app, "nobody", {
      password: "1234567890",
      displayName: "www.evil",
      acceptedTerms: "2020-01",
    });
    expectFaults(answer, ["/email", "/password", "/displayName", "/acceptedTerms"]);
  });

  test("comes before any mail, attempt or hash", async () => {
    for (let time = 0; time < 6; time += 1)
      await startRegistration(app, "policy@example.org", { password: "policy@example.org" });
    expect(await app.mails.to("policy@example.org")).toEqual([]);
    expect((await startRegistration(app, "policy@example.org")).status).toBe(202);
    expect(await app.mails.to("policy@example.org")).toHaveLength(1);
  });

  test("for an Idempotency-Key that stood for another form", async () => {
    const send = (email: string) =>
      app.request(path, {
        method: "POST",
        headers: {
          "idempotency-key": "same",
          "content-type": "application/json",
          "x-forwarded-for": "192.0.2.10",
        },
        body: JSON.stringify(formFor(email)),
      });
    expect((await send("one@example.org")).status).toBe(202);
    expectProblem(await send("two@example.org"), 422, "idempotency.key_reused");
  });
});

describe("429", () => {
  test("for a client that registers too often, whatever the addresses; others go on", async () => {
    const send = (email: string, client: string) =>
      app.request(path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": client },
        body: JSON.stringify(formFor(email)),
      });
    for (let time = 0; time < 4; time += 1)
      expect((await send(`many.${time}@example.org`, "192.0.2.1")).status).toBe(202);
    const refused = await send("many.5@example.org", "192.0.2.1");
    expectProblem(refused, 429, "limit.exceeded");
    expect(Number(refused.headers.get("retry-after"))).toBeWithin(1, 3601);
    expect(await app.mails.to("many.5@example.org")).toEqual([]);
    expect((await send("many.6@example.org", "192.0.2.2")).status).toBe(202);
    app.clock.advance(3601);
    expect((await send("many.7@example.org", "192.0.2.1")).status).toBe(202);
  });
});

describe("a registration that was answered", () => {
  test("can be completed while the mail server was away for a while", async () => {
    await app.mails.server.down();
    const { status, body } = await startRegistration(app, "waits@example.org");
    expect(status).toBe(202);
    expect(await app.mails.to("waits@example.org")).toEqual([]);
    await app.mails.server.up();
    // As if the pause before the next try were over.
    await app.sql`update pgboss.job set start_after = now() where state = 'retry'`;
    const code = await app.mails.codeFor("waits@example.org");
    expect((await verify(app, body.id, code)).status).toBe(201);
  });

  test("keeps an argon2id hash, never the password", async () => {
    const { id } = await pending(app, "hashed@example.org");
    const [row] = await app.sql`select * from identity.registrations where id = ${id}`;
    expect(row?.["password_hash"]).toStartWith("$argon2id$v=19$m=19456,t=2,p=1$");
    expect(JSON.stringify(row)).not.toContain(goodPassword);
  });
});
