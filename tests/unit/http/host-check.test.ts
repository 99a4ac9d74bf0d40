import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createHostCheck } from "#platform/http/host-check";

const production = createHostCheck({
  environment: "production",
  publicUrl: "https://api.example.org",
});
const development = createHostCheck({
  environment: "development",
  publicUrl: "http://localhost:3000",
});

describe("the host of a request", () => {
  test("is the one of PUBLIC_URL", () => {
    expect(production("http://api.example.org/v1/rates")).toBe(true);
    for (const host of [
      "example.org",
      "api.example.org.evil.test",
      "evil.test",
      "api.example.org:81",
      "localhost",
      "127.0.0.1",
    ])
      expect([host, production(`http://${host}/v1/rates`)]).toEqual([host, false]);
  });

  test("may be a loopback name with any port in development", () => {
    for (const host of ["localhost", "localhost:3000", "127.0.0.1:8080", "127.9.9.9", "[::1]:3000"])
      expect([host, development(`http://${host}/v1`)]).toEqual([host, true]);
    for (const host of ["localhost.evil.test", "evil.test", "127.0.0.1.evil.test", "[::2]"])
      expect([host, development(`http://${host}/v1`)]).toEqual([host, false]);
  });

  test("does not matter to probes, and only to them", () => {
    expect(production("http://10.0.0.7:3000/health/live")).toBe(true);
    expect(production("http://10.0.0.7:3000/healthy")).toBe(false);
    expect(production("http://10.0.0.7:3000/v1/health/live")).toBe(false);
  });

  test("is not found in a path, a query or the name of a user", () => {
    for (const url of [
      "/api.example.org/v1",
      "/v1//api.example.org/",
      "http://evil.test/api.example.org/",
      "http://evil.test?http://api.example.org/",
      "http://evil.test//api.example.org/health/",
      "http://api.example.org@evil.test/",
      "http://api.example.org",
    ])
      expect([url, production(url)]).toEqual([url, false]);
  });

  test("accepted once says nothing about another", () => {
    fc.assert(
      fc.property(fc.domain(), (host) => {
        fc.pre(host !== "api.example.org");
        production("http://api.example.org/");
        production("http://10.0.0.7/health/live");
        expect(production(`http://${host}/v1`)).toBe(false);
      }),
    );
  });
});
