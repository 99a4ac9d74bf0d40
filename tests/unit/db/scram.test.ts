import { expect, test } from "bun:test";
import fc from "fast-check";
import { matchesVerifier, scramVerifier } from "#platform/db/scram";

test("a verifier is what PostgreSQL would store (the exchange of RFC 7677)", () => {
  expect(scramVerifier("pencil", Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"), 4096)).toBe(
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$" +
      "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
  );
});

const ascii = fc.string({
  unit: fc.integer({ min: 33, max: 126 }).map((c) => String.fromCharCode(c)),
});

test("a verifier matches its password and no other", () => {
  fc.assert(
    fc.property(ascii, ascii, (one, other) => {
      const verifier = scramVerifier(one, undefined, 1);
      expect(matchesVerifier(one, verifier)).toBe(true);
      expect(matchesVerifier(other, verifier)).toBe(one === other);
    }),
  );
});

test.each(["", "md5c4ca4238a0b923820dcc509a6f75849b", "SCRAM-SHA-256$4096:c2FsdA==$x", "pencil"])(
  "nothing matches what is no verifier: %p",
  (text) => expect(matchesVerifier("pencil", text)).toBe(false),
);
