import { afterAll, beforeAll, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Chromium, chromium, openChromium, type Page } from "../../support/chromium.ts";
import { eventually } from "../../support/eventually.ts";
import { describeWith } from "../../support/programs.ts";
import { guessedToken, sharer } from "../../support/report-shares.ts";
import { openReportsApp } from "../../support/reports.ts";
import { createTestClock, type TestApp } from "../../support/test-app.ts";

const password = "quiet harbour 1923";
const [phone, screen] = [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
];
const formats = ["pdf", "docx", "xlsx", "xml", "md", "csv"];
/** For somebody to look at the pages: SCREENSHOTS=<directory>. */
const screenshots = process.env["SCREENSHOTS"];

describeWith([chromium], "the page of a shared report, in a browser without a session", () => {
  const clock = createTestClock();
  let api: TestApp;
  let browser: Chromium;
  let owner: Awaited<ReturnType<typeof sharer>>;
  beforeAll(async () => {
    [api, browser] = await Promise.all([openReportsApp({ clock }), openChromium()]);
    owner = await sharer(api, { displayName: "Ayşe Yılmaz" }, formats);
  });
  afterAll(() => Promise.all([api?.close(), browser?.close()]));

  async function opened(token: string, language = "en", size = screen): Promise<Page> {
    const page = await browser.open(language);
    await page.resize(size.width, size.height);
    await page.goto(`${api.url}/shared-report#token=${token}`);
    return page;
  }
  const isShown = (id: string) => `!document.getElementById("${id}").hidden`;
  const says = (sentence: string) =>
    `document.getElementById("message").textContent === ${JSON.stringify(sentence)}`;
  /** Nothing is cut off at the side, nor has to be scrolled to. */
  async function expectFits(page: Page, width: number): Promise<void> {
    expect(await page.value<number>("document.documentElement.scrollWidth")).toBe(width);
    const outside = `[...document.querySelectorAll("main *")].filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < 0 || right > ${width};
    }).length`;
    expect(await page.value<number>(outside)).toBe(0);
  }
  async function look(page: Page, name: string): Promise<void> {
    if (screenshots === undefined) return;
    mkdirSync(screenshots, { recursive: true });
    writeFileSync(join(screenshots, `${name}.png`), await page.screenshot());
  }

  test("opens in the language of the link, with all files and their fingerprints, and leaves nothing behind", async () => {
    const page = await opened((await owner.share({ language: "tr-TR" })).token, "fr");
    await page.until(isShown("report"));
    const { report } = owner;
    const text = await page.text("main");
    for (const said of ["İşlem Dökümü", "Eylül 2026", "Ayşe Yılmaz", report.fingerprint ?? "none"])
      expect(text).toContain(said);
    expect(report.files).toHaveLength(formats.length);
    for (const { fileName, sha256 } of report.files) {
      expect(text).toContain(fileName);
      expect(text).toContain(`SHA-256 ${sha256}`);
    }
    expect(await page.value<string>("document.documentElement.lang")).toBe("tr");
    // The token is neither in the address nor in the history nor kept by the browser.
    expect(await page.value<string>("location.href")).toBe(`${api.url}/shared-report`);
    expect(await page.value<number>("history.length")).toBe(2);
    const kept = "document.cookie + localStorage.length + sessionStorage.length";
    expect(await page.value<string>(kept)).toBe("00");
    expect(page.complaints()).toEqual([]);
    await look(page, "open-tr");
  });

  test("saves a file whose SHA-256 is the one that it shows, and says so", async () => {
    const page = await opened((await owner.share({ language: "de-DE" })).token);
    await page.until(isShown("report"));
    for (const { fileName, sha256, sizeBytes } of owner.report.files) {
      await page.click(`#files button[aria-label*="${fileName}"]`);
      const path = join(browser.downloads, fileName);
      const size = () => (existsSync(path) ? readFileSync(path).byteLength : -1);
      await eventually(`${fileName} is saved`, () => size() === sizeBytes);
      const digest = createHash("sha256").update(readFileSync(path)).digest("hex");
      expect(digest).toBe(sha256 ?? "");
      await page.until(`document.getElementById("message").textContent.includes("${fileName}")`);
      expect(await page.text("#files")).toContain(digest);
    }
    expect(page.complaints()).toEqual([]);
    await look(page, "saved-de");
  });

  test("asks for the password, refuses a wrong one, and opens with the right one", async () => {
    const page = await opened((await owner.share({ password })).token);
    await page.until(isShown("form"));
    expect(await page.value<boolean>(isShown("report"))).toBe(false);
    await look(page, "password");
    await page.type("#password", "not this one");
    await page.click("#submit");
    await page.until(says("This is not the password."));
    expect(await page.value<string>("document.activeElement.id")).toBe("password");
    const invalid = "document.getElementById('password').getAttribute('aria-invalid')";
    expect(await page.value<string>(invalid)).toBe("true");
    await look(page, "wrong-password");
    await page.value("document.getElementById('password').value = ''");
    await page.type("#password", password);
    await page.click("#submit");
    await page.until(isShown("report"));
    expect(await page.value<string>("document.getElementById('password').value")).toBe("");
    // What the browser itself says of the two answers 403; nothing else.
    expect(page.complaints().filter((one) => !one.includes("403"))).toEqual([]);
  });

  test("tells that the report is superseded, by how many transactions and how much", async () => {
    const user = await sharer(api, {}, ["csv"]);
    const { token } = await user.share({ language: "de-DE" });
    for (const amount of ["2.00", "1000.25"])
      await user.record({
        ...{ kind: "expense", date: "2026-09-06", accountId: user.accountId, payee: "Late" },
        amount: { amount, currency: "EUR" },
      });
    await api.runJob("reports.compare");
    const page = await opened(token);
    await page.until(isShown("report"));
    const said = await page.text("#standing");
    expect(said).toContain("geänderte oder stornierte Buchungen: 2.");
    expect(said).toContain("-1.002,25\u00a0EUR");
    expect(await page.value<string>("document.getElementById('standing').className")).toBe("warn");
    await look(page, "superseded");
  });

  test("fits a phone of 360 pixels, open, locked and dead", async () => {
    const open = await opened((await owner.share({ language: "de-DE" })).token, "de", phone);
    await open.until(isShown("report"));
    await expectFits(open, phone.width);
    await look(open, "phone-open");
    const locked = await opened((await owner.share({ password })).token, "tr", phone);
    await locked.until(isShown("form"));
    await expectFits(locked, phone.width);
    await look(locked, "phone-locked");
    const dead = await opened(guessedToken, "tr", phone);
    await dead.until(`document.getElementById("message").className === "bad"`);
    await expectFits(dead, phone.width);
    await look(dead, "phone-dead");
  });

  test("says the same of a guessed, a revoked and an expired link, in the reader's language", async () => {
    const revoked = await owner.share();
    await owner.revoke(revoked);
    const brief = await owner.share({ expiresInDays: 1 });
    // The owner's own session ends by it, too: this comes last.
    clock.advance(86_400);
    const seen = new Set<string>();
    for (const token of [guessedToken, "x", revoked.token, brief.token]) {
      const page = await opened(token, "de-AT");
      await page.until(`document.getElementById("message").className === "bad"`);
      seen.add(await page.text("main"));
      expect(await page.value<boolean>(isShown("form"))).toBe(false);
      await look(page, "no-link");
    }
    expect([...seen]).toHaveLength(1);
    expect([...seen][0]).toContain("Dieser Link funktioniert nicht");
  });
});
