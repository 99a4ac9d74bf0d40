import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { pathsOf } from "../../support/currency-api.ts";
import { expectOnlyMethods, expectProblem } from "../../support/http-statuses.ts";
import { createUser } from "../../support/identity.ts";
import {
  askForReset,
  mailedToken,
  resetsPath as path,
  redeem,
  tokenOf,
} from "../../support/password-resets.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ environment: { CLIENT_ATTEMPTS_PER_HOUR: "6" } });
});
afterAll(() => app.close());

describe("202", () => {
  test("mails a link whose token stands in the fragment, where no server sees it", async () => {
    const user = await createUser(app);
    const { status, body } = await askForReset(app, user.address);
    expect([status, body]).toEqual([202, {}]);
    const link = await app.mails.linkFor(user.address);
    expect(`${link.origin}${link.pathname}${link.search}`).toBe(`${app.url}/reset-password`);
    expect(link.hash).toMatch(/^#token=[\w-]{43}$/);
    const { subject, text } = await app.mails.newest(user.address);
    expect(subject).toBe("Set a new password");
    expect(text).toContain("30 minutes");
  });

  test("whatever the case and form of the address; the mail goes to the one that is stored", async () => {
    const { address } = await createUser(app, { address: "Jürgen.Groß@bücher.example" });
    await askForReset(app, "  jürgen.groß@BÜCHER.example ");
    expect((await app.mails.newest(address)).envelope.to).toHaveLength(1);
  });

  test.each([
    ["tr-TR", "Yeni"],
    ["de-AT", "Passwort"],
  ])("in the user's language: %s", async (locale, word) => {
    const { address } = await createUser(app, { locale });
    await askForReset(app, address);
    expect((await app.mails.newest(address)).subject).toContain(word);
  });

  test("is the same answer for an unknown address, a suspended account and one with a second factor", async () => {
    const users = await Promise.all([
      createUser(app),
      createUser(app, { status: "suspended" }),
      createUser(app, { secondFactor: true }),
    ]);
    const addresses = [...users.map(({ address }) => address), "nobody@example.org"];
    const answers = [];
    for (const address of addresses) {
      const { status, headers, body } = await askForReset(app, address);
      const names = [...headers.keys()].filter((name) => name !== "date");
      answers.push({ status, body, names });
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const mails = [];
    for (const address of addresses) mails.push((await app.mails.to(address)).length);
    expect(mails).toEqual([1, 0, 1, 0]);
  });

  test("leaves the same work for an unknown address: one job with ids and nothing else", async () => {
    const user = await createUser(app);
    await app.mails.to(user.address);
    const waiting = async () =>
      (
        await app.sql<{ keys: string[]; text: string }[]>`
          select array(select jsonb_object_keys(data) order by 1) as keys, data::text as text
          from pgboss.job where name = 'identity.send_password_reset' and state = 'created'`
      ).map(({ keys, text }) => ({ keys, text }));
    await askForReset(app, user.address);
    await askForReset(app, "somebody.else@example.org");
    const jobs = await waiting();
    expect(jobs.map(({ keys }) => keys)).toEqual([
      ["resetId", "userId"],
      ["resetId", "userId"],
    ]);
    expect(jobs.map(({ text }) => text).join()).not.toContain("example.org");
  });

  test("a newer link ends the older ones", async () => {
    const user = await createUser(app);
    const [first, second] = [await mailedToken(app, user), await mailedToken(app, user)];
    expect(second).not.toBe(first);
    expectProblem(await redeem(app, first), 410, "identity.reset_token_invalid");
    expect((await redeem(app, second)).status).toBe(204);
  });

  test("a mailbox gets five mails an hour and ten a day, then silence with the same answer", async () => {
    const { address } = await createUser(app);
    const sent = async () => (await app.mails.to(address)).length;
    const ask = async (times: number) => {
      for (let asked = 0; asked < times; asked += 1)
        expect((await askForReset(app, address)).status).toBe(202);
      return sent();
    };
    expect(await ask(7)).toBe(5);
    app.clock.advance(3600);
    expect(await ask(7)).toBe(10);
    app.clock.advance(3600);
    expect(await ask(3)).toBe(10);
    app.clock.advance(86_400);
    expect(await ask(1)).toBe(11);
  });

  test("the token stands nowhere in the database in clear, before and after it is mailed", async () => {
    const user = await createUser(app);
    await askForReset(app, user.address);
    const token = tokenOf(await app.mails.linkFor(user.address));
    const rows = await app.sql<{ row: string }[]>`
      select to_jsonb(r)::text as row from identity.password_resets r
      union all select to_jsonb(j)::text from pgboss.job j`;
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.map(({ row }) => row).join()).not.toContain(token);
  });

  test("a job that runs twice mails one link", async () => {
    const user = await createUser(app);
    const resetId = "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21";
    for (let run = 0; run < 2; run += 1)
      await app.runJob("identity.send_password_reset", { resetId, userId: user.id });
    expect(await app.mails.to(user.address)).toHaveLength(1);
  });
});

describe("405", () => {
  test("names what the path takes", () => expectOnlyMethods(app, path, ["POST"]));
});

describe("422", () => {
  test.each([
    [{}],
    [{ email: "" }],
    [{ email: "nobody" }],
    [{ email: "a@example.org,b@example.org" }],
    [{ email: "a@example.org\r\nBcc: b@example.org" }],
    [{ email: "Ada <a@example.org>" }],
    [{ email: ["a@example.org"] }],
    [{ email: `${"a".repeat(320)}@example.org` }],
  ])("names the address in %p", async (body) => {
    const answer = await app.post<{ code: string }>(path, body);
    expect(answer.status).toBe(422);
    expect(pathsOf(answer.body as never)).toEqual(["/email"]);
  });
});

describe("429", () => {
  test("for a client that asks for too many addresses, known or not; not for others", async () => {
    const ask = (index: number, client: string) =>
      app.request(path, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": client },
        body: JSON.stringify({ email: `many.${index}@example.org` }),
      });
    for (let index = 0; index < 6; index += 1)
      expect((await ask(index, "192.0.2.9")).status).toBe(202);
    expectProblem(await ask(7, "192.0.2.9"), 429, "limit.exceeded");
    expect((await ask(8, "192.0.2.10")).status).toBe(202);
  });
});
