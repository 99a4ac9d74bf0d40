import type { IdentityTexts } from "./en.ts";

const ifNotYou =
  "Falls Sie das nicht waren, setzen Sie bitte sofort über „Passwort vergessen“ ein neues Passwort und melden Sie in den Einstellungen alle anderen Geräte ab.";

export const de: IdentityTexts = {
  "identity.registration_code": {
    subject: "Ihr Bestätigungscode",
    paragraphs: [
      "Willkommen bei FinTrack! Geben Sie diesen Code dort ein, wo Sie sich gerade registrieren, und Ihr Konto ist bereit:",
    ],
    code: "{code}",
    closing: [
      "Der Code gilt {minutes} Minuten. Niemand von FinTrack wird Sie je danach fragen; bitte geben Sie ihn nicht weiter.",
      "Falls Sie sich nicht registrieren wollten, ignorieren Sie diese E-Mail einfach: Ohne den Code entsteht kein Konto.",
    ],
  },
  "identity.address_in_use": {
    subject: "Sie haben bereits ein FinTrack-Konto",
    paragraphs: [
      "Jemand, wahrscheinlich Sie selbst, wollte sich gerade mit dieser E-Mail-Adresse bei FinTrack registrieren. Zu ihr gibt es schon ein Konto, daher wurde nichts geändert.",
      "Melden Sie sich einfach wie gewohnt an. Sollten Sie Ihr Passwort vergessen haben, wählen Sie dort „Passwort vergessen“, und Sie erhalten einen Link für ein neues.",
    ],
    closing: ["Falls Sie das nicht waren, müssen Sie nichts tun: Ihr Konto ist sicher."],
  },
  "identity.new_sign_in": {
    subject: "Neue Anmeldung in Ihrem Konto",
    paragraphs: [
      "In Ihrem FinTrack-Konto gab es eine neue Anmeldung: {time}.",
      "Gerät: {device}",
      "Internetadresse: {client}",
    ],
    closing: ["Wenn Sie das waren, ist alles in Ordnung.", ifNotYou],
  },
  "identity.password_reset": {
    subject: "Neues Passwort festlegen",
    paragraphs: [
      "Für Ihr FinTrack-Konto wurde ein neues Passwort angefordert. Hier können Sie es festlegen:",
    ],
    action: { label: "Neues Passwort festlegen", url: "{link}" },
    closing: [
      "Der Link gilt {minutes} Minuten und funktioniert einmal.",
      "Falls Sie ihn nicht angefordert haben, ignorieren Sie diese E-Mail einfach: Ihr Passwort bleibt, wie es ist. Bitte geben Sie den Link nicht weiter.",
    ],
  },
  "identity.password_changed": {
    subject: "Ihr Passwort wurde geändert",
    paragraphs: [
      "Das Passwort Ihres FinTrack-Kontos wurde geändert ({time}). Alle anderen Geräte wurden abgemeldet.",
    ],
    closing: ["Wenn Sie das waren, ist alles in Ordnung.", ifNotYou],
  },
  "identity.second_factor_enabled": {
    subject: "Ihr zweiter Faktor ist eingerichtet",
    paragraphs: [
      "Für die Anmeldung in Ihrem FinTrack-Konto wird jetzt auch ein Code aus Ihrer Authenticator-App verlangt (eingerichtet: {time}). So bleibt Ihr Konto sicher, selbst wenn jemand Ihr Passwort erfährt.",
      "Bewahren Sie Ihre Wiederherstellungscodes bitte an einem sicheren Ort auf: Jeder öffnet Ihr Konto einmal, falls Sie Ihr Gerät verlieren.",
    ],
    closing: [ifNotYou],
  },
  "identity.second_factor_disabled": {
    subject: "Ihr zweiter Faktor wurde abgeschaltet",
    paragraphs: [
      "Der zweite Faktor Ihres FinTrack-Kontos wurde abgeschaltet ({time}). Für die Anmeldung genügt jetzt Ihr Passwort.",
      "Sie können ihn jederzeit in den Einstellungen wieder einrichten.",
    ],
    closing: [ifNotYou],
  },
  "identity.recovery_code_used": {
    subject: "Ein Wiederherstellungscode wurde benutzt",
    paragraphs: [
      "Bei einer Anmeldung in Ihrem FinTrack-Konto wurde statt Ihrer Authenticator-App ein Wiederherstellungscode benutzt ({time}).",
      "Verbleibende Wiederherstellungscodes: {left}. Neue können Sie in den Einstellungen erzeugen.",
    ],
    closing: [ifNotYou],
  },
  "identity.recovery_codes_replaced": {
    subject: "Sie haben neue Wiederherstellungscodes",
    paragraphs: [
      "Für Ihr FinTrack-Konto wurden neue Wiederherstellungscodes erstellt ({time}). Die alten funktionieren nicht mehr.",
    ],
    closing: [ifNotYou],
  },
  "identity.refresh_token_reused": {
    subject: "Wir haben eines Ihrer Geräte abgemeldet",
    paragraphs: [
      "Ein alter Sitzungsschlüssel eines Ihrer Geräte wurde ein zweites Mal benutzt ({time}). Das kann bedeuten, dass ihn jemand kopiert hat; darum haben wir dieses Gerät vorsorglich abgemeldet.",
      "Gerät: {device}",
      "Bitte melden Sie sich dort neu an. Falls Sie das Gerät nicht kennen oder dies wieder vorkommt, ändern Sie Ihr Passwort und melden Sie in den Einstellungen alle anderen Geräte ab.",
    ],
  },
  "identity.account_suspended": {
    subject: "Ihr Konto ist gesperrt",
    paragraphs: [
      "Ihr FinTrack-Konto wurde gesperrt. Sie können sich derzeit nicht anmelden, und alle Geräte wurden abgemeldet. Ihre Daten bleiben erhalten.",
      "Falls Sie das für einen Irrtum halten, wenden Sie sich bitte an unseren Support. Wir klären es gern mit Ihnen.",
    ],
  },
  "identity.account_restored": {
    subject: "Ihr Konto ist wieder offen",
    paragraphs: [
      "Gute Nachricht: Ihr FinTrack-Konto ist nicht mehr gesperrt. Sie können sich wie gewohnt anmelden und finden alles so vor, wie Sie es verlassen haben.",
      "Falls die Anmeldung nicht gelingt, wählen Sie „Passwort vergessen“ oder wenden Sie sich an unseren Support.",
    ],
  },
  "identity.roles_changed": {
    subject: "Ihre Rollen wurden geändert",
    paragraphs: [
      "Die Rollen Ihres FinTrack-Kontos wurden geändert. Sie haben jetzt: {roles}.",
      "Manche Rollen gelten erst, wenn ein zweiter Faktor eingerichtet ist; das können Sie in den Einstellungen tun.",
    ],
    closing: ["Falls Sie das nicht erwartet haben, sagen Sie bitte Ihrer Administration Bescheid."],
  },
};
