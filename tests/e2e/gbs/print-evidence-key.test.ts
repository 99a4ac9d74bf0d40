import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import decodeQR from "qr/decode.js";
import { noId } from "../../support/debt-refusals.ts";
import { openEvidenceApp, sha256Of } from "../../support/evidence.ts";
import {
  type Approved,
  fetchedFile,
  type HandOverWorld,
  handOverWorld,
} from "../../support/hand-over.ts";
import { describeWith, outputOf } from "../../support/programs.ts";
import type { TestApp } from "../../support/test-app.ts";

let api: TestApp;
let world: HandOverWorld;
let made: Approved;
let key: string;
const directory = mkdtempSync(join(tmpdir(), "fintrack-key-card-"));
beforeAll(async () => {
  api = await openEvidenceApp();
  world = await handOverWorld(api);
  made = await world.approved();
  ({ key } = await world.reveal(made));
}, 180_000);
afterAll(async () => {
  await api.close();
  rmSync(directory, { recursive: true, force: true });
});

const card = (typed: string, user = world.pair.lender, id: string = made.debt.id) =>
  fetchedFile(api, user, `/v1/debts/${id}/evidence/key-card`, { key: typed });
const codeOf = async (answer: Response) => [
  answer.status,
  ((await answer.json()) as { code: string }).code,
];

describe("200", () => {
  test("is a PDF that nobody keeps", async () => {
    const answer = await card(key.toLowerCase());
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/pdf");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="key-${made.debt.id}.pdf"`,
    );
    expect(await answer.text()).toStartWith("%PDF-1.7");
  });

  test("also when it is sealed", async () => {
    const other = await world.approved();
    const sealed = await world.seal(other);
    expect((await card(sealed.key, world.pair.lender, other.debt.id)).status).toBe(200);
  });
});

describeWith(["pdftotext", "pdftoppm"], "the page", () => {
  test("has the key in letters and as a code, and says how it opens the recording", async () => {
    const path = join(directory, "card.pdf");
    await Bun.write(path, await (await card(key)).arrayBuffer());
    const text = await outputOf(["pdftotext", "-layout", path, "-"]);
    for (const said of [key, made.debt.id, "Leyla Aydın", "Mehmet Demir", "300.00"])
      expect(text).toContain(said);
    expect(text).toContain(sha256Of(made.video));
    expect(text.replace(/\s+/g, " ")).toContain("age --decrypt --output video.mp4 evidence.age");
    expect(text.split("\f").filter((page) => page.trim() !== "")).toHaveLength(1);

    const drawn = join(directory, "card");
    await outputOf(["pdftoppm", "-r", "150", "-singlefile", path, drawn]);
    const { width, height, data } = pictureOf(await Bun.file(`${drawn}.ppm`).bytes());
    expect(decodeQR({ width, height, data })).toBe(key);
  });
});

/** Netpbm's P6: "P6 width height 255", then three bytes each. */
function pictureOf(ppm: Uint8Array) {
  const [head = "", width = "", height = ""] =
    /^P6\s(\d+)\s(\d+)\s255\s/.exec(Buffer.from(ppm.subarray(0, 40)).toString("latin1")) ?? [];
  const pixels = ppm.subarray(head.length);
  const data = new Uint8Array((pixels.length / 3) * 4).fill(255);
  for (let at = 0; at < pixels.length / 3; at += 1)
    data.set(pixels.subarray(at * 3, at * 3 + 3), at * 4);
  return { width: Number(width), height: Number(height), data };
}

describe("404", () => {
  test("for strangers, and a debt that is not there", async () => {
    expect(await codeOf(await card(key, world.pair.stranger))).toEqual([404, "gbs.debt_not_found"]);
    expect(await codeOf(await card(key, world.operator))).toEqual([404, "gbs.debt_not_found"]);
    expect(await codeOf(await card(key, world.pair.lender, noId))).toEqual([
      404,
      "gbs.debt_not_found",
    ]);
  });
});

describe("409", () => {
  test("for the borrower, and before a key was shown", async () => {
    expect(await codeOf(await card(key, world.pair.borrower))).toEqual([
      409,
      "gbs.not_possible_now",
    ]);
    const other = await world.approved();
    expect(await codeOf(await card(key, world.pair.lender, other.debt.id))).toEqual([
      409,
      "gbs.no_key_yet",
    ]);
  });
});

describe("422", () => {
  test("for another key: nobody prints one that opens nothing", async () => {
    expect(await codeOf(await card("00000-00000-00000-00000"))).toEqual([422, "gbs.wrong_key"]);
    expect(await codeOf(await card(`AGE-SECRET-KEY-1${"Q".repeat(58)}`))).toEqual([
      422,
      "input.invalid",
    ]);
    expect(await codeOf(await card(key))).toEqual([429, "limit.exceeded"]);
    api.clock.advance(3);
    expect((await card(key)).status).toBe(200);
  });
});
