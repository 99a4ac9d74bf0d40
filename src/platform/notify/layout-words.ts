import type { MailLocale } from "./notifications.ts";

/** What stands around every message. */
export type LayoutWords = {
  readonly greeting: string;
  /** For those whose name is not fit for a mail. */
  readonly greetingWithoutName: string;
  /** For others whose name is not fit for a mail. */
  readonly somebody: string;
  readonly signature: readonly string[];
  /** Before the address that a button leads to. */
  readonly linkHint: string;
  /** Under messages that people may switch off. */
  readonly canBeMuted: string;
  readonly automatic: string;
};

export const layoutWords: Readonly<Record<MailLocale, LayoutWords>> = {
  en: {
    greeting: "Hello {name},",
    greetingWithoutName: "Hello,",
    somebody: "Somebody",
    signature: ["Kind regards,", "Your FinTrack team"],
    linkHint: "If the button does not work, copy this address into your browser:",
    canBeMuted: "You can switch off messages like this one in your settings.",
    automatic:
      "You receive this message because your address was used at FinTrack. It was sent automatically; replies are not read.",
  },
  tr: {
    greeting: "Merhaba {name},",
    greetingWithoutName: "Merhaba,",
    somebody: "Biri",
    signature: ["Saygılarımızla,", "FinTrack ekibi"],
    linkHint: "Düğme çalışmazsa bu adresi tarayıcınıza kopyalayın:",
    canBeMuted: "Bu tür iletileri ayarlarınızdan kapatabilirsiniz.",
    automatic:
      "Bu iletiyi, adresiniz FinTrack’te kullanıldığı için alıyorsunuz. Otomatik olarak gönderilmiştir; yanıtlar okunmaz.",
  },
  de: {
    greeting: "Guten Tag {name}!",
    greetingWithoutName: "Guten Tag!",
    somebody: "Jemand",
    signature: ["Freundliche Grüße", "Ihr FinTrack-Team"],
    linkHint:
      "Falls die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:",
    canBeMuted: "Nachrichten wie diese können Sie in den Einstellungen abschalten.",
    automatic:
      "Sie erhalten diese Nachricht, weil Ihre Adresse bei FinTrack verwendet wurde. Sie wurde automatisch versandt; Antworten werden nicht gelesen.",
  },
};
