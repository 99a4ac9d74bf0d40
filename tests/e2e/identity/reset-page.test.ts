import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mailLocales } from "#platform/notify/notifications";
import { expectOnlyMethods } from "../../support/http-statuses.ts";
import { createUser } from "../../support/identity.ts";
import { askForReset } from "../../support/password-resets.ts";
import { openTestApp, type TestApp } from "../../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const fetched = async (path: string) => {
  const response = await fetch(`${app.url}${path}`);
  return { response, text: await response.text() };
};

describe("GET /reset-password", () => {
  test("is where the mailed link leads", async () => {
    const user = await createUser(app);
    await askForReset(app, user.address);
    const link = await app.mails.linkFor(user.address);
    const { response, text } = await fetched(link.pathname);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(text).toContain("<form");
  });

  test("loads everything from our own origin, nothing inline, and tells nobody where it was", async () => {
    const { response, text } = await fetched("/reset-password");
    const policy = response.headers.get("content-security-policy")?.split("; ");
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy?.join()).not.toContain("unsafe");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(text).not.toMatch(/\son\w+=|\sstyle=|<style|javascript:|https?:/);
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
    for (const path of loaded.filter((address) => address !== "data:,"))
      expect((await fetched(path ?? "")).response.status).toBe(200);
    expect(loaded).toContain("/reset-password/script.js");
  });

  test("every field has a label, and messages are spoken", async () => {
    const { text } = await fetched("/reset-password");
    const fields = [...text.matchAll(/<input id="([^"]+)"/g)].map((match) => match[1]);
    expect(fields).toEqual(["password", "repeated", "shown"]);
    for (const field of fields) expect(text).toContain(`<label for="${field}"`);
    expect(text).toContain('role="alert"');
    expect(text.match(/autocomplete="new-password"/g)).toHaveLength(2);
  });

  test("is no part of the API's description", async () => {
    const { body } = await app.get<{ paths: object }>("/openapi.json");
    expect(Object.keys(body.paths).filter((path) => path.startsWith("/reset"))).toEqual([]);
  });

  test("takes nothing but reading", () =>
    expectOnlyMethods(app, "/reset-password", ["GET", "HEAD"]));
});

describe("its script", () => {
  type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

  test("speaks every language that we mail in, and says everything in each", async () => {
    const { response, text } = await fetched("/reset-password/script.js");
    expect(response.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    const declared = text.slice(text.indexOf("const texts"), text.indexOf("const wanted"));
    const texts: Texts = new Function(`${declared} return texts;`)();
    expect(Object.keys(texts)).toEqual([...mailLocales]);
    const [first] = Object.values(texts).map((sentences) => Object.keys(sentences));
    for (const sentences of Object.values(texts)) {
      expect(Object.keys(sentences)).toEqual(first ?? []);
      expect(Object.values(sentences)).not.toContain("");
    }
    const { text: page } = await fetched("/reset-password");
    for (const [, name] of page.matchAll(/data-text="([^"]+)"/g))
      expect(first).toContain(name ?? "");
  });

  test("writes text only, never markup", async () => {
    const { text } = await fetched("/reset-password/script.js");
    expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval\(/);
  });
});
