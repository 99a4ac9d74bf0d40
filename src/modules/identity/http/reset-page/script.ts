/**
 * Runs in the browser as it stands. The token never leaves the fragment but in the body of the POST, and the fragment
 * leaves the address bar and the history at once.
 */
export const script = `"use strict";
(() => {
  const texts = {
    en: {
      title: "Set a new password",
      hint: "At least 10 characters. A few words that belong to nobody else are best.",
      password: "New password",
      repeated: "New password once more",
      shown: "Show passwords",
      submit: "Set password",
      noToken: "Please open the link from our mail again: the address of this page holds no valid link any more.",
      differ: "The two passwords are not the same.",
      empty: "Please type the new password.",
      done: "Your password is set and all devices are signed out. You can sign in with the new password now.",
      unreachable: "We could not be reached. Please check your connection and try again.",
      "identity.reset_token_invalid": "This link is used or expired. Please ask for a new one.",
      "limit.exceeded": "Too many attempts. Please wait a while and try again.",
    },
    tr: {
      title: "Yeni parola belirleyin",
      hint: "En az 10 karakter. Yalnızca sizin bildiğiniz birkaç kelime en iyisidir.",
      password: "Yeni parola",
      repeated: "Yeni parola, bir kez daha",
      shown: "Parolaları göster",
      submit: "Parolayı kaydet",
      noToken: "Lütfen e-postamızdaki bağlantıyı yeniden açın: bu sayfanın adresinde artık geçerli bir bağlantı yok.",
      differ: "İki parola aynı değil.",
      empty: "Lütfen yeni parolayı yazın.",
      done: "Parolanız belirlendi ve tüm cihazlardaki oturumlar kapatıldı. Artık yeni parolanızla oturum açabilirsiniz.",
      unreachable: "Sunucuya ulaşılamadı. Lütfen bağlantınızı kontrol edip yeniden deneyin.",
      "identity.reset_token_invalid": "Bu bağlantı kullanılmış veya süresi dolmuş. Lütfen yenisini isteyin.",
      "limit.exceeded": "Çok fazla deneme yapıldı. Lütfen bir süre bekleyip yeniden deneyin.",
    },
    de: {
      title: "Neues Passwort festlegen",
      hint: "Mindestens 10 Zeichen. Am besten sind einige Wörter, die nur Sie kennen.",
      password: "Neues Passwort",
      repeated: "Neues Passwort noch einmal",
      shown: "Passwörter anzeigen",
      submit: "Passwort festlegen",
      noToken: "Bitte öffnen Sie den Link aus unserer E-Mail noch einmal: Die Adresse dieser Seite enthält keinen gültigen Link mehr.",
      differ: "Die beiden Passwörter stimmen nicht überein.",
      empty: "Bitte geben Sie das neue Passwort ein.",
      done: "Ihr Passwort ist festgelegt und alle Geräte sind abgemeldet. Sie können sich jetzt mit dem neuen Passwort anmelden.",
      unreachable: "Wir sind gerade nicht erreichbar. Bitte prüfen Sie Ihre Verbindung und versuchen Sie es noch einmal.",
      "identity.reset_token_invalid": "Dieser Link wurde schon benutzt oder ist abgelaufen. Bitte fordern Sie einen neuen an.",
      "limit.exceeded": "Zu viele Versuche. Bitte warten Sie eine Weile und versuchen Sie es noch einmal.",
    },
  };
  const wanted = (navigator.languages ?? [navigator.language]).map((tag) => tag.slice(0, 2).toLowerCase());
  const language = wanted.find((tag) => Object.hasOwn(texts, tag)) ?? "en";
  const text = texts[language];
  const element = (id) => document.getElementById(id);
  const [form, message, submit] = ["form", "message", "submit"].map(element);
  const fields = ["password", "repeated"].map(element);
  const [password, repeated] = fields;
  let token = null;
  let busy = false;

  document.documentElement.lang = language;
  document.title = text.title + " - FinTrack";
  for (const part of document.querySelectorAll("[data-text]")) part.textContent = text[part.dataset.text];

  function say(sentence, kind, { spoken = language, faulty = [] } = {}) {
    message.textContent = sentence;
    message.className = kind;
    message.lang = spoken;
    for (const field of fields) {
      const isFaulty = faulty.includes(field);
      field.setAttribute("aria-invalid", String(isFaulty));
      const described = [field === password ? "hint" : "", isFaulty ? "message" : ""].filter(Boolean);
      if (described.length > 0) field.setAttribute("aria-describedby", described.join(" "));
      else field.removeAttribute("aria-describedby");
    }
  }

  function readToken() {
    const given = new URLSearchParams(location.hash.slice(1)).get("token");
    if (given === null) return false;
    token = given;
    history.replaceState(null, "", location.pathname);
    form.hidden = false;
    say("", "");
    return true;
  }

  function end(sentence, kind) {
    token = null;
    form.reset();
    form.hidden = true;
    say(sentence, kind);
    message.focus();
  }

  async function problemOf(response) {
    try {
      return await response.json();
    } catch {
      return {};
    }
  }

  async function send() {
    const response = await fetch("/v1/auth/password-resets/redemption", {
      method: "POST",
      headers: { "content-type": "application/json" },
      credentials: "omit",
      referrerPolicy: "no-referrer",
      body: JSON.stringify({ token, password: password.value }),
    });
    if (response.status === 204) return end(text.done, "good");
    const { code = "", detail, errors = [] } = await problemOf(response);
    const known = Object.hasOwn(text, code) ? text[code] : undefined;
    if (response.status === 410) return end(known ?? detail, "bad");
    // Of what is wrong with a token that we never made there is nothing to correct, either.
    const [fault] = errors;
    if (fault?.path.endsWith("token")) return end(text["identity.reset_token_invalid"], "bad");
    const faulty = fault ? [password] : [];
    const told = known ?? fault?.detail ?? detail;
    const spoken = known === undefined && told !== undefined ? "en" : language;
    say(told ?? text.unreachable, "bad", { spoken, faulty });
    (faulty[0] ?? message).focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    if (password.value === "") {
      say(text.empty, "bad", { faulty: [password] });
      return password.focus();
    }
    if (password.value !== repeated.value) {
      say(text.differ, "bad", { faulty: [repeated] });
      return repeated.focus();
    }
    busy = true;
    submit.setAttribute("aria-disabled", "true");
    try {
      await send();
    } catch {
      say(text.unreachable, "bad");
      message.focus();
    } finally {
      busy = false;
      submit.removeAttribute("aria-disabled");
    }
  });
  element("shown").addEventListener("change", ({ target }) => {
    for (const field of fields) field.type = target.checked ? "text" : "password";
  });
  // Another link opened in this tab changes nothing but the fragment.
  addEventListener("hashchange", readToken);
  if (!readToken()) say(text.noToken, "bad");
})();
`;
