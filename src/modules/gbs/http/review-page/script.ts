import { claimSeconds, playbackSeconds } from "../../bounds.ts";

/**
 * Runs in the browser as it stands. Tokens are in its memory alone: whoever closes or reloads the page is signed out. The
 * player is let in by a cookie that no script reads.
 */
export const script = `"use strict";
(() => {
  const element = (id) => document.getElementById(id);
  const [message, signIn, queue, items, review, player, decide, proof] = [
    "message", "sign-in", "queue", "items", "review", "player", "decide", "proof",
  ].map(element);
  // By how long they last, not by when they end: whose clock is right nobody here knows.
  const renewPlaybackMs = ${(playbackSeconds * 1000) / 2};
  const keepClaimMs = ${(claimSeconds * 1000) / 3};
  let tokens = null;
  let item = null;
  let cursor = null;
  let underway = Promise.resolve();
  let renewal;
  let keeping;

  function say(sentence, kind = "") {
    message.textContent = sentence;
    message.className = kind;
  }

  function show(section, title) {
    for (const one of [signIn, queue, review]) one.hidden = one !== section;
    (title ?? section.querySelector("input")).focus();
  }

  async function send(method, path, body, bearer) {
    const response = await fetch(path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(bearer ? { authorization: "Bearer " + bearer } : {}),
        ...(method === "POST" && bearer ? { "idempotency-key": crypto.randomUUID() } : {}),
      },
      credentials: "same-origin",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = response.status === 204 ? null : await response.json().catch(() => ({}));
    if (response.ok) return answer;
    throw Object.assign(new Error(), { status: response.status, ...answer });
  }

  /** Asks as whoever is signed in; an access token that is too old is renewed once. */
  async function ask(method, path, body) {
    try {
      return await send(method, path, body, tokens.accessToken);
    } catch (failure) {
      if (failure.status !== 401 || failure.code === "auth.step_up_required") throw failure;
    }
    try {
      tokens = await send("POST", "/v1/auth/tokens", { refreshToken: tokens.refreshToken });
    } catch (failure) {
      if (failure.status === 503 || failure.status === 429) throw failure;
      signedOut("Your session has ended: sign in again.");
      throw Object.assign(new Error(), { told: true });
    }
    return send(method, path, body, tokens.accessToken);
  }

  /** A fault as people know its field, which is marked; "/checklist/faceVisible" is no name to them. */
  function marked({ path, detail }) {
    const form = review.hidden ? signIn : decide;
    const field = form.elements.namedItem(path.slice(path.lastIndexOf("/") + 1));
    if (!field?.labels?.length) return detail;
    field.setAttribute("aria-invalid", "true");
    return field.labels[0].textContent.trim() + ": " + detail;
  }

  /** One thing after the other, and nothing twice because of an impatient finger; what fails is said. */
  async function attempt(work, asked) {
    if (asked.getAttribute("aria-disabled") === "true") return;
    asked.setAttribute("aria-disabled", "true");
    const before = underway;
    const { promise, resolve } = Promise.withResolvers();
    underway = promise;
    await before;
    for (const field of document.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    try {
      await work();
    } catch (failure) {
      if (failure.told) return;
      const wrong = failure.errors?.map(marked).join(" ");
      say(wrong || failure.detail || "The server cannot be reached.", "bad");
      message.focus();
    } finally {
      asked.removeAttribute("aria-disabled");
      resolve();
    }
  }

  function stopWatching() {
    clearTimeout(renewal);
    clearInterval(keeping);
    player.removeAttribute("src");
    player.load();
    item = null;
  }

  function signedOut(sentence) {
    tokens = null;
    stopWatching();
    items.replaceChildren();
    decide.reset();
    signIn.reset();
    say(sentence, sentence === "" ? "" : "bad");
    show(signIn);
  }

  function node(name, content, className) {
    const made = document.createElement(name);
    if (content !== undefined) made.textContent = content;
    if (className) made.className = className;
    return made;
  }

  const time = (instant) => new Date(instant).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  const times = (count) => (count === 1 ? "once" : count === 0 ? "never" : count + " times");
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1) + " MB";

  function entryOf({ id, submittedAt, sizeBytes, sendBacks, claim }) {
    const entry = node("li");
    const button = node("button", claim?.isOwn ? "Go on" : "Claim and watch");
    button.type = "button";
    button.setAttribute("aria-label", button.textContent + " the recording of " + time(submittedAt));
    button.addEventListener("click", () => attempt(() => take(id), button));
    entry.append(node("strong", "Submitted " + time(submittedAt)));
    entry.append(node("p", megabytes(sizeBytes) + ", came back before: " + times(sendBacks), "quiet"));
    if (claim && !claim.isOwn) entry.append(node("p", "Another operator has it until " + time(claim.claimEndsAt), "quiet"));
    else entry.append(button);
    return entry;
  }

  async function list(next) {
    const path = "/v1/admin/evidence?limit=20" + (next ? "&cursor=" + encodeURIComponent(next) : "");
    const page = await ask("GET", path);
    if (!next) items.replaceChildren();
    items.append(...page.items.map(entryOf));
    cursor = page.nextCursor;
    element("more").hidden = cursor === null;
    element("empty").hidden = items.children.length > 0;
    show(queue, element("queue-title"));
  }

  async function take(id) {
    const taken = await ask("POST", "/v1/admin/evidence/" + id + "/claim");
    say("");
    item = taken;
    decide.reset();
    proof.hidden = true;
    element("review-title").textContent = "Recording of " + time(taken.submittedAt);
    element("submitted").textContent = time(taken.submittedAt);
    element("send-backs").textContent = times(taken.sendBacks);
    element("size").textContent = megabytes(taken.sizeBytes) + ", " + taken.mediaType;
    element("sentence").textContent = taken.sentence.text;
    element("sentence").lang = taken.sentence.language;
    element("words").textContent = taken.sentence.words.join(", ");
    element("words").lang = taken.sentence.language;
    element("decisions").replaceChildren(...taken.decisions.map(({ decision, reason, decidedAt }) =>
      node("li", time(decidedAt) + ": " + decision.replace("_", " ") + (reason ? ", " + reason : ""))));
    element("earlier").hidden = taken.decisions.length === 0;
    shownClaim(taken);
    show(review, element("review-title"));
    keeping = setInterval(() => keep(id), keepClaimMs);
    await open(id);
  }

  const shownClaim = ({ claim }) => { element("yours-until").textContent = claim ? time(claim.claimEndsAt) : "no longer"; };

  async function keep(id) {
    if (item?.id !== id) return;
    try {
      shownClaim(await ask("POST", "/v1/admin/evidence/" + id + "/claim"));
    } catch (failure) {
      if (!failure.told) say(failure.detail ?? "The recording could not be kept for you.", "bad");
    }
  }

  /** Begins a playback, and goes on where the one before was. */
  async function open(id, at = 0, goOn = false) {
    const { playbackId } = await ask("POST", "/v1/admin/evidence/" + id + "/playback");
    if (item?.id !== id) return;
    player.src = "/v1/evidence-media/" + playbackId;
    if (at > 0) player.currentTime = at;
    if (goOn) player.play().catch(() => {});
    clearTimeout(renewal);
    renewal = setTimeout(() => again(id), renewPlaybackMs);
  }

  function again(id) {
    if (item?.id !== id) return;
    open(id, player.currentTime, !player.paused).catch((failure) => {
      if (!failure.told) say(failure.detail ?? "The player has stopped.", "bad");
    });
  }

  function toQueue(sentence) {
    stopWatching();
    say(sentence, "good");
    return list();
  }

  async function stepUp(code) {
    const proved = await send("POST", "/v1/auth/step-up", { code }, tokens.accessToken);
    tokens = { ...tokens, accessToken: proved.accessToken };
    proof.hidden = true;
    element("proof-code").value = "";
  }

  async function settle() {
    if (item === null) return;
    const form = new FormData(decide);
    const points = ["faceVisible", "sentenceSpoken", "wordsMatch", "unedited"];
    const reason = element("reason").value.trim();
    const decision = form.get("decision");
    if (decision === null) {
      say("Choose a decision.", "bad");
      decide.elements.decision[0].focus();
      return;
    }
    const body = {
      decision,
      checklist: Object.fromEntries(points.map((point) => [point, form.has(point)])),
      ...(reason === "" ? {} : { reason }),
    };
    try {
      if (!proof.hidden) await stepUp(element("proof-code").value.trim());
      await ask("POST", "/v1/admin/evidence/" + item.id + "/decision", body);
    } catch (failure) {
      if (failure.code !== "auth.step_up_required") throw failure;
      proof.hidden = false;
      say("Prove that it is you, then decide once more.", "bad");
      element("proof-code").focus();
      return;
    }
    await toQueue({ approve: "Approved.", send_back: "Sent back.", refuse: "Refused." }[decision]);
  }

  signIn.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      const code = element("code").value.trim();
      tokens = await send("POST", "/v1/auth/sessions", {
        email: element("email").value,
        password: element("password").value,
        ...(code === "" ? {} : { code }),
      });
      signIn.reset();
      say("");
      await list().catch((failure) => {
        if (failure.status !== 403) throw failure;
        signedOut("This account reviews no evidence.");
      });
    }, signIn.querySelector("button"));
  });
  decide.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(settle, decide.querySelector("button"));
  });
  const onPress = (id, work) => element(id).addEventListener("click", ({ currentTarget }) => attempt(work, currentTarget));
  onPress("give-back", async () => {
    if (item === null) return;
    await ask("DELETE", "/v1/admin/evidence/" + item.id + "/claim");
    await toQueue("Given back.");
  });
  onPress("refresh", () => { say(""); return list(); });
  onPress("more", () => list(cursor));
  onPress("sign-out", async () => {
    await ask("DELETE", "/v1/auth/sessions/current");
    signedOut("");
  });
  const seek = (seconds) => { player.currentTime = Math.max(0, player.currentTime + seconds); };
  element("play").addEventListener("click", () => (player.paused ? player.play().catch(() => {}) : player.pause()));
  element("back").addEventListener("click", () => seek(-5));
  element("forward").addEventListener("click", () => seek(5));
  element("start").addEventListener("click", () => { player.currentTime = 0; });
  player.addEventListener("timeupdate", () => {
    const length = Number.isFinite(player.duration) ? " of " + player.duration.toFixed(1) : "";
    element("position").textContent = player.currentTime.toFixed(1) + length + " s";
  });
  player.addEventListener("error", () => {
    if (item !== null) say("The recording cannot be played here, or not any longer. Give it back and take it again; if it stays so, send it back.", "bad");
  });
})();
`;
