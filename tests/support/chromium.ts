import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";

/** Also the name of Debian's package. */
export const chromium = "chromium";

const keys = {
  Tab: { code: 9, text: undefined },
  Enter: { code: 13, text: "\r" },
  " ": { code: 32, text: " " },
  ArrowDown: { code: 40, text: undefined },
} as const;

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly sessionId?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
};

export type Page = {
  goto(url: string): Promise<void>;
  /** The value of an expression in the page; a promise is waited for. */
  value<T>(expression: string): Promise<T>;
  /** Waits until an expression is true in the page. */
  until(expression: string): Promise<void>;
  text(selector: string): Promise<string>;
  click(selector: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  /** A key as somebody presses it, where the focus is: "Tab", "Enter", " ", "ArrowDown". */
  press(key: keyof typeof keys): Promise<void>;
  /** Text where the focus is. */
  write(text: string): Promise<void>;
  /** As a phone or a screen is, in CSS pixels. */
  resize(width: number, height: number): Promise<void>;
  /** PNG of the whole page. */
  screenshot(): Promise<Uint8Array>;
  /** What the page complained about so far: errors of scripts, of loading, of its policy. */
  complaints(): readonly string[];
};

export type Chromium = {
  /** A page without cookies, storage or history, in a language. */
  open(language: string): Promise<Page>;
  /** Whatever the browser keeps, of all its pages. */
  readonly profile: string;
  /** Where pages save files to. */
  readonly downloads: string;
  close(): Promise<void>;
};

/** Headless, driven by the DevTools protocol (chromedevtools.github.io/devtools-protocol). */
export async function openChromium(): Promise<Chromium> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-chromium-"));
  const downloads = join(directory, "downloads");
  const child = Bun.spawn(
    [
      ...[chromium, "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
      // As root, which CI is, Chromium has no sandbox; it sees nothing but our own pages here.
      ...["--no-sandbox", "--disable-extensions", "--disable-background-networking"],
      ...[`--user-data-dir=${directory}`, "--remote-debugging-port=0", "about:blank"],
    ],
    { stdin: "ignore", stdout: "ignore", stderr: "ignore" },
  );
  const portFile = join(directory, "DevToolsActivePort");
  // The file is there before what stands in it.
  const [, port, path] = await eventually("Chromium is there", () =>
    existsSync(portFile)
      ? /^(\d+)\n(\/devtools\/browser\/[\w-]{36})/.exec(readFileSync(portFile, "utf8"))
      : null,
  );
  const browser = await connect(`ws://127.0.0.1:${port}${path}`);

  return {
    downloads,
    profile: directory,
    async open(language) {
      const { browserContextId } = await browser.send("Target.createBrowserContext");
      await browser.send("Browser.setDownloadBehavior", {
        ...{ behavior: "allow", downloadPath: downloads, browserContextId },
      });
      const target = { url: "about:blank", browserContextId };
      const { targetId } = await browser.send("Target.createTarget", target);
      const attached = await browser.send("Target.attachToTarget", { targetId, flatten: true });
      return openPage(browser, String(attached["sessionId"]), language);
    },
    async close() {
      await browser.send("Browser.close").catch(() => {});
      browser.close();
      await child.exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function openPage(browser: Connection, session: string, language: string): Promise<Page> {
  const send = (method: string, params: object = {}) => browser.send(method, params, session);
  const complaints: string[] = [];
  browser.listen(session, ({ method, params = {} }) => {
    if (method === "Runtime.exceptionThrown" || method === "Log.entryAdded")
      complaints.push(JSON.stringify(params));
  });
  for (const domain of ["Page", "Runtime", "Log"]) await send(`${domain}.enable`);
  const { userAgent } = await send("Browser.getVersion");
  await send("Emulation.setUserAgentOverride", { userAgent, acceptLanguage: language });

  async function value<T>(expression: string): Promise<T> {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await send("Runtime.evaluate", asked);
    if (exceptionDetails !== undefined)
      throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as { readonly value: T }).value;
  }
  const at = (selector: string) => `document.querySelector(${JSON.stringify(selector)})`;
  return {
    value,
    async goto(url) {
      await send("Page.navigate", { url });
      await eventually("the page is loaded", async () => {
        const state = await value<string>("location.href + ' ' + document.readyState");
        return state.endsWith("complete") && !state.startsWith("about:");
      });
    },
    async until(expression) {
      await eventually(expression, () => value<boolean>(expression));
    },
    text: (selector) => value<string>(`${at(selector)}.innerText`),
    click: (selector) => value(`${at(selector)}.click()`),
    async type(selector, text) {
      await value(`${at(selector)}.focus()`);
      await send("Input.insertText", { text });
    },
    write: async (text) => {
      await send("Input.insertText", { text });
    },
    async press(key) {
      const { code, text } = keys[key];
      const event = { key, code: key === " " ? "Space" : key, windowsVirtualKeyCode: code };
      await send("Input.dispatchKeyEvent", { type: "keyDown", ...event, ...(text && { text }) });
      await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
    },
    async resize(width, height) {
      const screen = { width, height, deviceScaleFactor: 1, mobile: width < 600 };
      await send("Emulation.setDeviceMetricsOverride", screen);
    },
    async screenshot() {
      const { data } = await send("Page.captureScreenshot", { captureBeyondViewport: true });
      return Buffer.from(String(data), "base64");
    },
    complaints: () => complaints,
  };
}

type Connection = Awaited<ReturnType<typeof connect>>;

async function connect(url: string) {
  const socket = new WebSocket(url);
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  socket.onopen = () => resolve();
  socket.onerror = () => reject(new Error("Chromium does not answer"));
  await opened;
  let sent = 0;
  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Map<string, (message: Message) => void>();
  socket.onmessage = ({ data }) => {
    const message: Message = JSON.parse(String(data));
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    else if (message.sessionId !== undefined) listeners.get(message.sessionId)?.(message);
  };
  return {
    send(method: string, params: object = {}, sessionId?: string) {
      const id = ++sent;
      const answer = Promise.withResolvers<Readonly<Record<string, unknown>>>();
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error) answer.reject(new Error(`${method}: ${error.message}`));
        else answer.resolve(result ?? {});
      });
      socket.send(JSON.stringify({ id, method, params, sessionId }));
      return answer.promise;
    },
    listen(sessionId: string, listener: (message: Message) => void) {
      listeners.set(sessionId, listener);
    },
    close: () => socket.close(),
  };
}
