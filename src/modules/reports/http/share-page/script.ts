import { texts } from "./texts.ts";

/**
 * Runs in the browser as it stands. The token never leaves the fragment but in the bodies of POSTs, and the fragment
 * leaves the address bar and the history at once. Until the report is open, in the reader's language; then in that of
 * the link.
 */
export const script = `"use strict";
(() => {
  const texts = ${JSON.stringify(texts)};
  const element = (id) => document.getElementById(id);
  const [title, period, message, form, password, submit, report] = [
    "title", "period", "message", "form", "password", "submit", "report",
  ].map(element);
  const wanted = (navigator.languages ?? [navigator.language]).find((tag) => Object.hasOwn(texts, tag.slice(0, 2).toLowerCase()));
  let locale;
  let text;
  let token = null;
  let key = null;
  let busy = false;

  function speak(tag) {
    locale = tag;
    const language = tag.slice(0, 2).toLowerCase();
    text = texts[language];
    document.documentElement.lang = language;
    document.title = text.title + " - FinTrack";
    for (const part of document.querySelectorAll("[data-text]")) part.textContent = text[part.dataset.text];
  }

  const fill = (sentence, values) => sentence.replace(/\\{(\\w+)\\}/g, (_, name) => values[name]);

  function say(sentence, kind, { faulty = false, spoken = document.documentElement.lang } = {}) {
    message.textContent = sentence;
    message.className = kind;
    message.lang = spoken;
    password.setAttribute("aria-invalid", String(faulty));
    password.setAttribute("aria-describedby", faulty ? "hint message" : "hint");
  }

  function close() {
    report.hidden = true;
    form.hidden = true;
    form.reset();
    period.textContent = "";
    speak(wanted ?? "en");
  }

  function end(sentence) {
    token = key = null;
    close();
    say(sentence, "bad");
    message.focus();
  }

  async function ask(path, body) {
    const response = await fetch("/v1/shared-reports/" + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      credentials: "omit",
      referrerPolicy: "no-referrer",
      body: JSON.stringify(body),
    });
    if (response.ok) return response;
    const { code = "", detail } = await response.json().catch(() => ({}));
    throw Object.assign(new Error(), { code, detail });
  }

  /** What there is to say to the reader about a request that failed. */
  function tell({ code, detail }) {
    // Of what was never a link of ours there is nothing to correct, either.
    if (code === "reports.share_not_found" || code === "request.invalid") return end(text["reports.share_not_found"]);
    if (code === "reports.share_password_required") {
      form.hidden = false;
      say("", "");
      return password.focus();
    }
    const isWrong = code === "reports.share_password_wrong";
    const known = Object.hasOwn(text, code ?? "") ? text[code] : undefined;
    const spoken = known === undefined && detail !== undefined ? "en" : undefined;
    say(known ?? detail ?? text.unreachable, "bad", { faulty: isWrong, spoken });
    (isWrong ? password : message).focus();
  }

  const day = (date, options) => new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(new Date(date + "T00:00:00Z"));

  function periodOf({ from, to }) {
    const next = new Date(to + "T00:00:00Z");
    next.setUTCDate(next.getUTCDate() + 1);
    const isWhole = from.endsWith("-01") && next.getUTCDate() === 1;
    if (isWhole && from.slice(0, 7) === to.slice(0, 7)) return day(from, { month: "long", year: "numeric" });
    if (isWhole && from.slice(0, 4) === to.slice(0, 4) && from.slice(5, 7) === "01" && to.slice(5, 7) === "12") return from.slice(0, 4);
    return day(from, { dateStyle: "long" }) + " – " + day(to, { dateStyle: "long" });
  }

  function timeOf(instant, timeZone) {
    const options = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
    try {
      return new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(new Date(instant));
    } catch {
      return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(new Date(instant));
    }
  }

  function moneyOf({ amount, currency }) {
    const digits = (amount.split(".")[1] ?? "").length;
    const format = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "always" });
    return format.format(amount) + "\\u00a0" + currency;
  }

  function node(name, className, content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    if (content !== undefined) made.textContent = content;
    return made;
  }

  function standingOf({ standing, supersession }) {
    const said = [node("p", "", text[standing])];
    if (supersession !== null && supersession.transactions !== null) {
      const count = new Intl.NumberFormat(locale).format(supersession.transactions);
      const sums = (supersession.differences ?? []).map(moneyOf).join("; ");
      said.push(node("p", "", fill(sums === "" ? text.even : text.changed, { count, sums })));
    }
    return said;
  }

  function fileOf({ format, fileName, sizeBytes, sha256 }) {
    const item = node("li");
    const name = node("div", "name", fileName + " ");
    const kilobytes = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(Math.max(0.1, sizeBytes / 1024));
    name.append(node("span", "size", fill(text.size, { kilobytes })));
    const button = node("button", "", text.download);
    button.type = "button";
    button.setAttribute("aria-label", fill(text.downloadOf, { file: fileName }));
    button.addEventListener("click", () => save(button, format, fileName));
    item.append(name, button, node("code", "hash", "SHA-256 " + sha256));
    return item;
  }

  async function save(button, format, fileName) {
    if (busy) return;
    busy = true;
    button.setAttribute("aria-disabled", "true");
    try {
      const response = await ask("files", { ...key, format });
      const address = URL.createObjectURL(await response.blob());
      const link = node("a");
      link.href = address;
      link.download = fileName;
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
      say(fill(text.saved, { file: fileName }), "good");
    } catch (failure) {
      tell(failure);
    } finally {
      busy = false;
      button.removeAttribute("aria-disabled");
      if (key === null && token !== null) open({ token });
    }
  }

  function show(shared) {
    form.hidden = true;
    form.reset();
    speak(shared.language);
    say("", "");
    title.textContent = text[shared.type];
    document.title = text[shared.type] + " " + periodOf(shared) + " - FinTrack";
    period.textContent = periodOf(shared);
    element("standing").className = { stands: "good", superseded: "warn", unchecked: "warn" }[shared.standing];
    element("standing").replaceChildren(...standingOf(shared));
    element("shared-by").textContent = shared.sharedBy;
    element("as-of").textContent = timeOf(shared.asOf, shared.timeZone);
    element("currency").textContent = shared.currency;
    element("until").textContent = timeOf(shared.expiresAt, shared.timeZone);
    element("files").replaceChildren(...shared.files.map(fileOf));
    element("fingerprint").textContent = shared.fingerprint;
    report.hidden = false;
    title.focus();
  }

  async function open(asked) {
    if (busy) return;
    busy = true;
    submit.setAttribute("aria-disabled", "true");
    try {
      const response = await ask("openings", asked);
      const shared = await response.json();
      // Another link was opened in this tab while this one was on its way.
      if (asked.token !== token) return;
      key = asked;
      show(shared);
    } catch (failure) {
      if (asked.token === token) tell(failure);
    } finally {
      busy = false;
      submit.removeAttribute("aria-disabled");
    }
    if (token !== null && asked.token !== token) open({ token });
  }

  function readToken() {
    const given = new URLSearchParams(location.hash.slice(1)).get("token");
    if (given === null) return false;
    token = given;
    key = null;
    history.replaceState(null, "", location.pathname);
    close();
    say(text.loading, "");
    open({ token });
    return true;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (password.value !== "") return void open({ token, password: password.value });
    say(text.empty, "bad", { faulty: true });
    password.focus();
  });
  // Another link opened in this tab changes nothing but the fragment.
  addEventListener("hashchange", readToken);
  close();
  if (!readToken()) say(text.noToken, "bad");
})();
`;
