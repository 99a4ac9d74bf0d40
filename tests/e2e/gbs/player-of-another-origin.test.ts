import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Chromium, chromium, openChromium, type Page } from "../../support/chromium.ts";
import { openEvidenceApp } from "../../support/evidence.ts";
import { filmedVideo } from "../../support/evidence-story.ts";
import { type Approved, type HandOverWorld, handOverWorld } from "../../support/hand-over.ts";
import { entriesOf } from "../../support/operators.ts";
import { describeWith } from "../../support/programs.ts";
import type { TestApp } from "../../support/test-app.ts";

const beginMs = 120_000;

/** An empty page, as the web client is when it begins: of the same site, but of an origin of its own. */
const servePage = () =>
  Bun.serve({
    ...{ hostname: "127.0.0.1", port: 0 },
    fetch: () =>
      new Response("<!doctype html><body>", { headers: { "content-type": "text/html" } }),
  });
/** By the name: Chromium takes no two ports of an address for the same site where it looks at resource policies. */
const originOf = ({ port }: ReturnType<typeof servePage>) => `http://localhost:${port}`;

describeWith([chromium, "ffmpeg"], "a player in a page of another origin", () => {
  const [client, foreigner] = [servePage(), servePage()];
  let api: TestApp;
  let world: HandOverWorld;
  let browser: Chromium;
  let made: Approved;
  let key: string;
  beforeAll(async () => {
    [api, browser] = await Promise.all([
      openEvidenceApp({ environment: { CLIENT_URL: originOf(client) } }),
      openChromium(),
    ]);
    world = await handOverWorld(api);
    made = await world.approved({ video: await filmedVideo() });
    ({ key } = await world.seal(made));
    await world.declareDefault(made);
  }, beginMs);
  afterAll(async () => {
    await Promise.all([api?.close(), browser?.close(), client.stop(true), foreigner.stop(true)]);
  });

  const video = "document.querySelector('video')";
  const begun = async () => (await world.lender.unlock(made.debt.id, key)).body;
  const addressOf = (path: string) => `${api.url.replace("127.0.0.1", "localhost")}${path}`;
  const placeOf = ({ playbackId }: { playbackId: string }) =>
    addressOf(`/v1/evidence-media/${playbackId}`);
  /** The status of the answer, or what the page is told instead. */
  const asked = (page: Page, place: string, init: object) =>
    page.value<number | string>(
      `fetch(${JSON.stringify(place)}, ${JSON.stringify(init)}).then(({ status }) => status, String)`,
    );
  const shown = (page: Page, place: string, crossOrigin: string | null) =>
    page.value(`{
      const video = document.createElement("video");
      video.preload = "metadata";
      video.crossOrigin = ${JSON.stringify(crossOrigin)};
      video.src = ${JSON.stringify(place)};
      document.body.replaceChildren(video);
    }`);

  test(
    "gets the cookie for its token, plays by a plain video element, and seeks",
    async () => {
      const page = await browser.open("en");
      await page.goto(`${originOf(client)}/`);
      const started = await begun();
      const place = placeOf(started);
      await shown(page, place, "use-credentials");
      await page.until(`${video}.error !== null`);
      const head = { method: "HEAD", credentials: "include" };
      expect(await asked(page, place, head)).toBe(404);
      const headers = { "Playback-Token": started.token };
      expect(await asked(page, place, { ...head, headers })).toBe(200);
      expect(await asked(page, place, head)).toBe(200);

      await shown(page, place, "use-credentials");
      await page.until(`${video}.readyState >= 2`);
      const seconds = await page.value<number>(`${video}.duration`);
      expect(seconds).toBeCloseTo(12, 0);
      await page.value(`${video}.currentTime = ${seconds - 2}`);
      await page.until(`!${video}.seeking && ${video}.readyState >= 2`);
      expect(await page.value<number>(`${video}.currentTime`)).toBeGreaterThan(seconds - 3);
      expect(await page.value(`${video}.error`)).toBeNull();
      await page.value(`${video}.muted = true, ${video}.play()`);
      await page.until(`${video}.ended`);
      expect(await page.value<string>("document.cookie")).toBe("");

      api.clock.advance(601);
      await api.runJob("gbs.end_playbacks");
      const views = await entriesOf(api, made.debt.id, "evidence_viewed");
      expect(views.at(-1)).toMatchObject({ playback: started.playbackId });
      expect(views.at(-1)?.["ranges"]).not.toEqual([]);
    },
    beginMs,
  );

  test(
    "gets nothing when its origin is not listed: neither by CORS nor without, cookie or token",
    async () => {
      const page = await browser.open("en");
      await page.goto(`${originOf(client)}/`);
      const started = await begun();
      const place = placeOf(started);
      const headers = { "Playback-Token": started.token };
      const head = { method: "HEAD", credentials: "include" };
      expect(await asked(page, place, { ...head, headers })).toBe(200);

      await page.goto(`${originOf(foreigner)}/`);
      for (const init of [head, { ...head, headers }, { headers }, {}])
        expect(await asked(page, place, init)).toBe("TypeError: Failed to fetch");
      for (const crossOrigin of ["use-credentials", "anonymous", null]) {
        await shown(page, place, crossOrigin);
        await page.until(`${video}.error !== null`);
        expect(await page.value<number>(`${video}.readyState`)).toBe(0);
      }
      await page.goto(`${originOf(client)}/`);
      expect(await asked(page, place, head)).toBe(200);
    },
    beginMs,
  );

  test(
    "sends no cookies to anything else of ours",
    async () => {
      const page = await browser.open("en");
      await page.goto(`${originOf(client)}/`);
      for (const path of ["/v1/debts", "/health/live", `/v1/debts/${made.debt.id}/evidence/file`]) {
        const answer = asked(page, addressOf(path), { credentials: "include" });
        expect(await answer).toBe("TypeError: Failed to fetch");
        expect(await asked(page, addressOf(path), {})).toBeNumber();
      }
    },
    beginMs,
  );
});
