import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mailLocales } from "#platform/notify/notifications";
import { expectOnlyMethods } from "../../support/http-statuses.ts";
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

describe("GET /shared-report", () => {
  test("loads everything from our own origin, nothing inline, and tells nobody where it was", async () => {
    const { response, text } = await fetched("/shared-report");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const policy = response.headers.get("content-security-policy")?.split("; ");
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy?.join()).not.toContain("unsafe");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    expect(text).not.toMatch(/\son\w+=|\sstyle=|<style|javascript:|https?:/);
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
    for (const path of loaded.filter((address) => address !== "data:,"))
      expect((await fetched(path)).response.status).toBe(200);
    expect(loaded).toContain("/shared-report/script.js");
  });

  test("the field has a label, and messages are spoken", async () => {
    const { text } = await fetched("/shared-report");
    expect([...text.matchAll(/<input id="([^"]+)"/g)].map(([, id]) => id)).toEqual(["password"]);
    expect(text).toContain('<label for="password"');
    expect(text).toContain('role="alert"');
  });

  test("is no part of the API's description, and takes nothing but reading", async () => {
    const { body } = await app.get<{ paths: object }>("/openapi.json");
    expect(Object.keys(body.paths).filter((path) => path.startsWith("/shared"))).toEqual([]);
    await expectOnlyMethods(app, "/shared-report", ["GET", "HEAD"]);
  });
});

describe("its script", () => {
  type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

  test("speaks every language that we mail in, and says everything in each", async () => {
    const { text } = await fetched("/shared-report/script.js");
    const declared = text.slice(text.indexOf("const texts"), text.indexOf("const element"));
    const texts: Texts = new Function(`${declared} return texts;`)();
    expect(Object.keys(texts)).toEqual([...mailLocales]);
    const [first] = Object.values(texts).map((sentences) => Object.keys(sentences));
    for (const sentences of Object.values(texts)) {
      expect(Object.keys(sentences)).toEqual(first ?? []);
      expect(Object.values(sentences)).not.toContain("");
    }
    const { text: page } = await fetched("/shared-report");
    for (const [, name] of page.matchAll(/data-text="([^"]+)"/g))
      expect(first).toContain(name ?? "");
  });

  test("is whole, and writes text only, never markup", async () => {
    const { text } = await fetched("/shared-report/script.js");
    expect(() => new Function(text)).not.toThrow();
    expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacent|document\.write|eval\(/);
  });
});
