import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Chromium, chromium, openChromium, type Page } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { videoFile } from "../../support/evidence.ts";
import { filesHolding } from "../../support/files-holding.ts";
import { loggedOf, openDebtsApp } from "../../support/gbs.ts";
import { codeOf } from "../../support/identity.ts";
import { entriesOf, type ReviewWorld, reviewWorld } from "../../support/operators.ts";
import { describeWith, outputOf } from "../../support/programs.ts";
import type { TestApp } from "../../support/test-app.ts";

/** More than the page has places to stop at. */
const maxTabs = 60;

describeWith([chromium, "ffmpeg"], "the page on which operators review", () => {
  let api: TestApp;
  let world: ReviewWorld;
  let browser: Chromium;
  beforeAll(async () => {
    [api, browser] = await Promise.all([openDebtsApp(), openChromium()]);
    world = await reviewWorld(api);
  });
  afterAll(() => Promise.all([api?.close(), browser?.close()]));

  /** Presses Tab until something has the focus. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    await page.until(`[...document.querySelectorAll(${JSON.stringify(selector)})]
      .some((element) => element.checkVisibility() && !element.disabled)`);
    for (let pressed = 0; pressed < maxTabs; pressed += 1) {
      if (await page.value<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`))
        return;
      await page.press("Tab");
    }
    throw new Error(`${selector} is not reached by keyboard`);
  }
  async function pressOn(page: Page, selector: string, key: "Enter" | " " = "Enter") {
    await tabTo(page, selector);
    await page.press(key);
  }
  async function signedIn(): Promise<Page> {
    const page = await browser.open("en");
    await page.goto(`${api.url}/admin/evidence`);
    const { user } = world.operator;
    for (const [selector, text] of [
      ["#email", user.address],
      ["#password", user.password],
      ["#code", codeOf(user, api.clock.now())],
    ] as const) {
      await tabTo(page, selector);
      await page.write(text);
    }
    await page.press("Enter");
    await page.until(`!document.getElementById("queue").hidden`);
    return page;
  }
  const player = `document.getElementById("player")`;

  test("is worked by keyboard alone: sign in, claim, play, seek, tick, approve", async () => {
    const plain = await videoFile("plain.webm");
    const { id, debtId } = await world.submitted({ plain });
    const page = await signedIn();
    await pressOn(page, "#items button");
    await page.until(`!document.getElementById("review").hidden`);
    expect(await page.text("#words")).toBe("anchor, violin, meadow, copper");
    await page.until(`${player}.readyState >= 2`);
    const length = await page.value<number>(`${player}.duration`);
    expect(length).toBeGreaterThan(0.5);

    await pressOn(page, "#play");
    await page.until(`${player}.currentTime > 0`);
    await pressOn(page, "#play");
    await page.until(`${player}.paused`);
    await pressOn(page, "#start");
    await page.until(`${player}.currentTime === 0 && !${player}.seeking`);
    await pressOn(page, "#forward");
    await page.until(`${player}.currentTime >= ${Math.min(5, length) - 0.2} && !${player}.seeking`);
    expect(await page.value(`${player}.error`)).toBeNull();

    for (const point of ["faceVisible", "sentenceSpoken", "wordsMatch", "unedited"])
      await pressOn(page, `[name="${point}"]`, " ");
    await pressOn(page, `[name="decision"]`, " ");
    await pressOn(page, `#decide button[type="submit"]`);
    await page.until(`document.getElementById("message").textContent === "Approved."`);

    expect((await world.pair.lender.debt(debtId)).state).toBe("active");
    expect((await loggedOf(api, { id: debtId })).slice(-3)).toEqual([
      ...["evidence_opened", "evidence_viewed", "evidence_approved"],
    ]);
    const [viewed = {}] = await entriesOf(api, debtId, "evidence_viewed");
    expect(viewed["evidence"]).toBe(id);
    expect(viewed["ranges"]).not.toEqual([]);
    expect(page.complaints()).toEqual([]);
  });

  test("leaves no clear byte of the recording in the browser's profile, and no token where scripts find one", async () => {
    const plain = await videoFile("plain.webm");
    const marker = "fintrack-clear-marker-5d1c";
    // What follows the last cluster is read with it.
    const marked = new Uint8Array([...plain, ...voidElement(marker)]);
    await world.submitted({ plain: marked });
    api.clock.advance(60);
    const page = await signedIn();
    await pressOn(page, "#items button");
    await page.until(`${player}.readyState >= 2`);
    const fetched = `fetch(${player}.src).then((r) => r.text()).then((text) => text.includes("${marker}"))`;
    expect(await page.value<boolean>(fetched)).toBe(true);
    await pressOn(page, "#play");
    await page.until(`${player}.currentTime > 0.3`);
    expect(await page.value<string>("document.cookie")).toBe("");
    expect(await page.value<number>("localStorage.length + sessionStorage.length")).toBe(0);
    await Bun.sleep(1_000);
    expect(filesHolding(browser.profile, marker)).toEqual([]);
    // The beginning of the video itself, which no marker could miss.
    expect(filesHolding(browser.profile, Buffer.from(plain.subarray(100, 164)))).toEqual([]);
  });

  test("seeks in a long recording without fetching what lies between", async () => {
    const plain = await noisyVideo();
    const { debtId, id } = await world.submitted({ plain, mediaType: "video/mp4" });
    api.clock.advance(60);
    const page = await signedIn();
    await page.until(`document.querySelectorAll("#items button").length > 0`);
    await page.value(`document.querySelector("#items li:last-child button").focus()`);
    await page.press("Enter");
    await page.until(`${player}.readyState >= 2`);
    const length = await page.value<number>(`${player}.duration`);
    await page.value(`${player}.currentTime = ${length - 2}`);
    await page.until(`!${player}.seeking && ${player}.readyState >= 2`);
    expect(await page.value(`${player}.error`)).toBeNull();
    expect(await page.value<number>(`${player}.currentTime`)).toBeGreaterThan(length - 3);
    // It goes on reading from there, with the picture long shown.
    await eventually("the end is fetched", async () => {
      const [row] = await api.sql`select max(last_byte)::int as last from gbs.playback_ranges`;
      return row?.["last"] === plain.length - 1;
    });
    await pressOn(page, "#give-back");
    await page.until(`document.getElementById("message").textContent === "Given back."`);
    const [viewed = {}] = await entriesOf(api, debtId, "evidence_viewed");
    expect(viewed["evidence"]).toBe(id);
    const ranges = viewed["ranges"] as [number, number][];
    expect(ranges.length).toBeGreaterThan(1);
    expect(ranges.at(-1)?.[1]).toBe(plain.length - 1);
    const shown = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    expect(shown).toBeLessThan(plain.length);
  });

  test("asks for a proof when the last one is old, and gives a recording back", async () => {
    await world.submitted();
    api.clock.advance(60);
    const page = await signedIn();
    await pressOn(page, "#items button");
    await page.until(`!document.getElementById("review").hidden`);
    api.clock.advance(301);
    await page.value(`document.querySelector('[name="decision"][value="refuse"]').focus()`);
    await page.press(" ");
    await tabTo(page, "#reason");
    await page.write("Somebody else is seen.");
    await pressOn(page, `#decide button[type="submit"]`);
    await page.until(`!document.getElementById("proof").hidden`);
    await page.until(`document.activeElement.id === "proof-code"`);
    await page.write(codeOf(world.operator.user, api.clock.now()));
    await page.press("Enter");
    await page.until(`document.getElementById("message").textContent === "Refused."`);
    await world.submitted();
    await pressOn(page, "#refresh");
    await page.until(`document.querySelectorAll("#items button").length > 0`);
    await pressOn(page, "#items button");
    await page.until(`!document.getElementById("review").hidden`);
    await pressOn(page, "#give-back");
    await page.until(`document.getElementById("message").textContent === "Given back."`);
  });

  test("says what is missing by the names on the page, and marks it until the next try", async () => {
    await world.submitted();
    api.clock.advance(60);
    const page = await signedIn();
    await pressOn(page, "#items button");
    await page.until(`!document.getElementById("review").hidden`);
    await pressOn(page, `[name="sentenceSpoken"]`, " ");
    await pressOn(page, `[name="wordsMatch"]`, " ");
    await pressOn(page, `[name="decision"]`, " ");
    const decide = `#decide button[type="submit"]`;
    await pressOn(page, decide);
    await page.until(`document.getElementById("message").textContent !== ""`);
    expect(await page.text("#message")).toBe(
      "One face is seen throughout: An approval needs it. There is no cut, and nothing is laid over it: An approval needs it.",
    );
    const invalid = `[...document.querySelectorAll("[aria-invalid=true]")].map(({ name, id }) => name || id).join()`;
    expect(await page.value<string>(invalid)).toBe("faceVisible,unedited");
    await page.value(`document.querySelector('[name="decision"][value="refuse"]').click()`);
    await pressOn(page, decide);
    await page.until(`document.querySelector("#reason[aria-invalid]") !== null`);
    expect(await page.text("#message")).toEndWith("Say to the borrower why.");
    expect(await page.text("#message")).toStartWith(
      "Why, for the borrower to read, and of a refusal for the lender",
    );
    expect(await page.value<string>(invalid)).toBe("reason");
    await pressOn(page, "#give-back");
    await page.until(`document.getElementById("message").textContent === "Given back."`);
    expect(await page.value<string>(invalid)).toBe("");
  });

  test("turns away whoever is no operator", async () => {
    const page = await browser.open("en");
    await page.goto(`${api.url}/admin/evidence`);
    const { user } = world.pair.lender;
    await page.type("#email", user.address);
    await page.type("#password", user.password);
    await page.press("Enter");
    await page.until(
      `document.getElementById("message").textContent === "This account reviews no evidence."`,
    );
    expect(await page.value<boolean>(`document.getElementById("queue").hidden`)).toBe(true);
  });
});

/** Some 60 MB that no compression makes smaller. */
async function noisyVideo(): Promise<Uint8Array> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-video-"));
  const path = join(directory, "noise.mp4");
  const source = "testsrc2=s=640x480:r=10:d=20,noise=alls=60:allf=t";
  await outputOf([
    ...["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264", "-qp", "22"],
    ...["-preset", "ultrafast", "-g", "10", "-pix_fmt", "yuv420p", "-movflags", "+faststart", path],
  ]);
  const bytes = await Bun.file(path).bytes();
  rmSync(directory, { recursive: true });
  return bytes;
}

/** An element of EBML that players pass over (RFC 8794, 11.3.2). */
function voidElement(text: string): Uint8Array {
  const content = new TextEncoder().encode(text);
  return Uint8Array.of(0xec, 0x80 | content.length, ...content);
}
