import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { isResetToken, resetLink, resetTokenBytes } from "#modules/identity/domain/password-reset";
import { createRandomSecrets } from "#modules/identity/gateways/random-secrets";

const secrets = createRandomSecrets();

describe("the token of a link", () => {
  test("is recognised by its shape, each another one", () => {
    const tokens = Array.from({ length: 100 }, () => secrets.token(resetTokenBytes));
    expect(new Set(tokens).size).toBe(100);
    for (const token of tokens) expect(isResetToken(token)).toBe(true);
  });

  test("no other text is taken for one", () => {
    const token = secrets.token(resetTokenBytes);
    fc.assert(
      fc.property(fc.nat(43), fc.string({ unit: "binary", minLength: 1 }), (at, extra) => {
        expect(isResetToken(token.slice(0, at) + extra + token.slice(at))).toBe(false);
      }),
    );
    for (const text of ["", token.slice(1), `${token}\n`, token.replace(/^./, "+")])
      expect(isResetToken(text)).toBe(false);
  });

  test("comes back from the link as it went in, and stands in the fragment alone", () => {
    fc.assert(
      fc.property(fc.constantFrom("https://app.example", "http://127.0.0.1:3000"), (origin) => {
        const token = secrets.token(resetTokenBytes);
        const link = new URL(resetLink(origin, token));
        expect(new URLSearchParams(link.hash.slice(1)).get("token")).toBe(token);
        expect(`${link.origin}${link.pathname}${link.search}`).toBe(`${origin}/reset-password`);
      }),
    );
  });
});
