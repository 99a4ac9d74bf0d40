import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Problem, pathsOf } from "../../support/currency-api.ts";
import { expectBudget, expectProblem } from "../../support/http-statuses.ts";
import { signedInUser } from "../../support/identity.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

const path = "/v1/users/me";
type Profile = {
  readonly displayName: string;
  readonly locale: string;
  readonly timeZone: string;
  readonly baseCurrency: string;
  readonly notifications: Record<string, boolean>;
};
let api: TestApp;
beforeAll(async () => {
  api = await openTestApp({ environment: { READS_PER_MINUTE: "3" } });
});
afterAll(() => api.close());

describe("200", () => {
  test.each<[string, object, object]>([
    ["displayName", { displayName: "  Ayşe   Işık " }, { displayName: "Ayşe Işık" }],
    ["displayName, right to left", { displayName: "علی رضا" }, { displayName: "علی رضا" }],
    ["locale", { locale: "de-at" }, { locale: "de-AT" }],
    ["timeZone", { timeZone: "america/new_york" }, { timeZone: "America/New_York" }],
    ["baseCurrency", { baseCurrency: "BTC" }, { baseCurrency: "BTC" }],
    [
      "one category",
      { notifications: { plan: false } },
      { notifications: { sign_ins: true, plan: false, budgets: true, reports: true, debts: true } },
    ],
    [
      "all categories",
      {
        notifications: {
          plan: false,
          sign_ins: false,
          budgets: false,
          reports: false,
          debts: false,
        },
      },
      {
        notifications: {
          sign_ins: false,
          plan: false,
          budgets: false,
          reports: false,
          debts: false,
        },
      },
    ],
    ["nothing", {}, {}],
    ["nothing of the categories", { notifications: {} }, {}],
  ])("changes %s and leaves the rest", async (_what, body, changed) => {
    const { get, patch } = await signedInUser(api);
    const before = await get<Profile>(path);
    const answer = await patch<Profile>(path, body);
    expect([answer.status, answer.body]).toEqual([200, { ...before.body, ...changed }]);
    expect((await get(path)).body).toEqual(answer.body);
  });

  test("several at once, each as often as wanted", async () => {
    const { patch } = await signedInUser(api);
    const body = { displayName: "Emre", locale: "en-GB", timeZone: "UTC", baseCurrency: "EUR" };
    for (const _ of [1, 2]) expect((await patch<Profile>(path, body)).body).toMatchObject(body);
  });

  test("changes of different categories at the same moment do not undo each other", async () => {
    const { get, patch } = await signedInUser(api);
    for (const on of [false, true, false]) {
      await Promise.all([
        patch(path, { notifications: { plan: on } }),
        patch(path, { notifications: { sign_ins: on } }),
        patch(path, { displayName: "Emir" }),
      ]);
      expect((await get<Profile>(path)).body.notifications).toMatchObject({
        plan: on,
        sign_ins: on,
      });
    }
  });

  test("administrators find the new name, and not the old one", async () => {
    const client = await signedInUser(api, { displayName: "Before Wedding" });
    await client.patch(path, { displayName: "İpek Işık" });
    const { get } = await signedInUser(api, { roles: ["support"] });
    const search = async (term: string) =>
      (await get<{ items: { id: string }[] }>(`/v1/admin/users?search=${term}`)).body.items;
    expect((await search("ipek")).map(({ id }) => id)).toEqual([client.user.id]);
    expect(await search("before")).toEqual([]);
  });

  test("two users may have one name", async () => {
    for (const client of [await signedInUser(api), await signedInUser(api)])
      expect((await client.patch(path, { displayName: "Ali Yılmaz" })).status).toBe(200);
  });
});

describe("401", () => {
  test("before the body is read", async () => {
    for (const body of ["{", '{"locale":1}', "{}"]) {
      const answer = await api.request(path, {
        method: "PATCH",
        headers: { "content-type": "application/json" },
        body,
      });
      expectProblem(answer, 401, "auth.required");
    }
  });
});

describe("413, 415 and 400", () => {
  test("for bodies that are no small JSON", async () => {
    const { tokens } = await signedInUser(api);
    const send = (body: string, type = "application/json") =>
      api.request(path, {
        method: "PATCH",
        headers: { authorization: `Bearer ${tokens.accessToken}`, "content-type": type },
        body,
      });
    expect((await send("{")).status).toBe(400);
    expect((await send("locale=tr", "application/x-www-form-urlencoded")).status).toBe(415);
    expect((await send(`{"locale":"${"x".repeat(300_000)}"}`)).status).toBe(413);
  });
});

describe("422", () => {
  test.each<[string, unknown, string[]]>([
    ["an empty name", { displayName: "" }, ["/displayName"]],
    ["a name of spaces", { displayName: "   " }, ["/displayName"]],
    ["a name that is too long", { displayName: "x".repeat(41) }, ["/displayName"]],
    ["a name like a link", { displayName: "see evil.example" }, ["/displayName"]],
    ["a name of two lines", { displayName: "a\nBcc: x@y.example" }, ["/displayName"]],
    ["half a character", { displayName: "\ud800" }, ["/displayName"]],
    ["no locale", { locale: "de_DE" }, ["/locale"]],
    ["no time zone", { timeZone: "Europe/Ankara" }, ["/timeZone"]],
    ["an offset for a time zone", { timeZone: "+03:00" }, ["/timeZone"]],
    ["no currency", { baseCurrency: "ZZZ" }, ["/baseCurrency"]],
    ["a currency in small letters", { baseCurrency: "try" }, ["/baseCurrency"]],
    ["null", { locale: null }, ["/locale"]],
    ["an unknown category", { notifications: { nonsense: false } }, ["/notifications"]],
    ["a category that is no yes or no", { notifications: { plan: "no" } }, ["/notifications/plan"]],
    ["a mail address: it has a way of its own", { email: "x@y.example" }, ["/"]],
    ["roles: nobody promotes himself", { roles: ["admin"] }, ["/"]],
    ["a plan", { plan: "pro" }, ["/"]],
    ["an id", { id: "01936f2e-7b3c-7a11-9d55-3b1c4f0a6e21" }, ["/"]],
    ["no object", [], ["/"]],
    [
      "several at once",
      { locale: "xx_", timeZone: "Nowhere", baseCurrency: "ZZZ", displayName: "a.example.com" },
      ["/displayName", "/locale", "/timeZone", "/baseCurrency"],
    ],
  ])("names what is faulty about %s, and changes nothing", async (_what, body, paths) => {
    const { get, patch } = await signedInUser(api);
    const before = await get(path);
    const faulty = Array.isArray(body)
      ? body
      : { notifications: { sign_ins: false }, ...(body as object) };
    const answer = await patch<Problem>(path, faulty);
    expect([answer.status, pathsOf(answer.body)]).toEqual([422, paths]);
    expect((await get(path)).body).toEqual(before.body);
  });

  test("never repeats what was sent", async () => {
    const { patch } = await signedInUser(api);
    const marker = "marker_4f1c";
    for (const body of [
      { locale: marker },
      { timeZone: marker },
      { displayName: `www.${marker}` },
    ]) {
      const answer = await patch(path, body);
      expect(answer.status).toBe(422);
      expect(JSON.stringify(answer.body)).not.toContain(marker);
    }
  });
});

describe("429", () => {
  test("after the writes of a minute, for that client alone", async () => {
    const { tokens } = await signedInUser(api);
    await expectBudget(
      api,
      1,
      {
        method: "PATCH",
        headers: {
          authorization: `Bearer ${tokens.accessToken}`,
          "content-type": "application/json",
        },
        body: "{}",
      },
      path,
    );
  });
});
