import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { recordingConsent } from "#modules/gbs/domain/recording-consent";

/** People agreed to these very words: a change of one is a new version, and a new line here. */
const hashes: Readonly<Record<string, string>> = {
  "2026-11-1": "c459e7eba4c1f8a1a6b490619c1614e956e370548638828a3870c0ed8a967a9c",
  "2026-11-2": "b01bbd7dbb68bf17a7f45d9f2770eff05b4df3c69931f2c17a43551e72f2e3f5",
};

test("the words of a version never change", () => {
  const hash = createHash("sha256").update(JSON.stringify(recordingConsent.texts)).digest("hex");
  expect(hashes[recordingConsent.version]).toBe(hash);
});

test("every language says who watches, who can open it, and how long it is kept", () => {
  for (const text of Object.values(recordingConsent.texts)) {
    expect(text.split("\n\n")).toHaveLength(5);
    expect(text).toContain("FinTrack");
  }
});
