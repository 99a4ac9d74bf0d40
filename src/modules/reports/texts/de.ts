import type { NotificationText } from "#platform/notify/notifications";
import type { en } from "./en.ts";

export const de: Readonly<Record<keyof typeof en, NotificationText>> = {
  "reports.report_ready": {
    subject: "Ihr Bericht {report} ist fertig",
    paragraphs: [
      "Die Dateien Ihres Berichts „{report}“ sind fertig. Sie können sie 30 Tage lang abrufen.",
    ],
    action: { label: "Bericht öffnen", url: "{link}" },
  },
  "reports.report_failed": {
    subject: "Ihr Bericht {report} konnte nicht erstellt werden",
    paragraphs: [
      "Ihr Bericht „{report}“ konnte nicht erstellt werden; es gibt keine Datei davon. Was dem im Wege stand und was hilft, steht beim Bericht.",
    ],
    action: { label: "Bericht öffnen", url: "{link}" },
  },
  "reports.schedule_paused_by_plan": {
    subject: "Ihre regelmäßigen Berichte sind angehalten",
    paragraphs: [
      "Ihr Tarif enthält nicht mehr, was der Zeitplan „{schedule}“ verlangt. Er ist angehalten; verloren ist nichts.",
      "Wählen Sie einen Tarif, der es enthält, oder andere Formate, und lassen Sie ihn weiterlaufen.",
    ],
    action: { label: "Zeitplan öffnen", url: "{link}" },
  },
  "reports.schedule_paused": {
    subject: "Ihre regelmäßigen Berichte sind angehalten",
    paragraphs: [
      "Der Zeitplan „{schedule}“ konnte seinen Bericht nicht erstellen und ist angehalten. Der Grund steht beim Zeitplan; ist er behoben, lassen Sie ihn weiterlaufen.",
    ],
    action: { label: "Zeitplan öffnen", url: "{link}" },
  },
  "reports.report_shared": {
    subject: "{sharer} teilt einen Finanzbericht mit Ihnen",
    paragraphs: [
      "{sharer} hat mit FinTrack einen Bericht erstellt und teilt dessen Dateien mit Ihnen. Zum Öffnen brauchen Sie kein Konto.",
    ],
    action: { label: "Bericht öffnen", url: "{link}" },
    closing: [
      "Der Link gilt bis: {time}. Falls er nach einem Passwort fragt, erfahren Sie es von {sharer}.",
      "Bitte geben Sie den Link nicht weiter: Wer ihn hat, sieht den Bericht. Falls Ihnen {sharer} nicht bekannt ist, ignorieren Sie diese Nachricht einfach.",
    ],
  },
};
