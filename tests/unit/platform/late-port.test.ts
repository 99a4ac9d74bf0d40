import { describe, expect, test } from "bun:test";
import { createLatePorts } from "#platform/late-port";

type ClaimsOf = (userId: string) => Promise<readonly string[]>;
type Preferences = { localeOf(userId: string): Promise<string>; themes: () => readonly string[] };

describe("a late port", () => {
  test("forwards calls to what was bound after it was handed out, methods with their `this`", async () => {
    const { latePort } = createLatePorts();
    const claims = latePort<ClaimsOf>("identity.claimsOf");
    const preferences = latePort<Preferences>("notify.preferences");
    const consumer = { claimsOf: claims.port, localeOf: preferences.port.localeOf };
    claims.bind(async (userId) => [`plan:${userId}`]);
    preferences.bind({
      async localeOf(userId) {
        return `${userId}-${this.themes()[0]}`;
      },
      themes: () => ["dark"],
    });
    expect(await consumer.claimsOf("u")).toEqual(["plan:u"]);
    expect(await consumer.localeOf("u")).toBe("u-dark");
    expect(preferences.port.themes()).toEqual(["dark"]);
  });

  test("throws its name when used before it is bound", () => {
    const { latePort } = createLatePorts();
    const claims = latePort<ClaimsOf>("identity.claimsOf");
    const preferences = latePort<Preferences>("notify.preferences");
    expect(() => claims.port("u")).toThrow("identity.claimsOf was used before it was bound");
    expect(() => preferences.port.themes()).toThrow("notify.preferences was used before");
  });

  test("may be awaited and printed by mistake without harm", async () => {
    const { latePort } = createLatePorts();
    const { port } = latePort<Preferences>("notify.preferences");
    expect(await (async () => port)()).toBe(port);
    expect(() => Bun.inspect(port)).not.toThrow();
  });

  test("is declared and bound once", () => {
    const { latePort } = createLatePorts();
    const claims = latePort<ClaimsOf>("identity.claimsOf");
    expect(() => latePort<ClaimsOf>("identity.claimsOf")).toThrow("declared twice");
    claims.bind(async () => []);
    expect(() => claims.bind(async () => [])).toThrow("bound twice");
  });

  test("that nobody bound fails the application, which names them all", () => {
    const { latePort, assertAllBound } = createLatePorts();
    latePort<ClaimsOf>("identity.claimsOf");
    const preferences = latePort<Preferences>("notify.preferences");
    expect(assertAllBound).toThrow("identity.claimsOf, notify.preferences");
    preferences.bind({ localeOf: async () => "en", themes: () => [] });
    expect(assertAllBound).toThrow(/: identity\.claimsOf$/);
  });
});
