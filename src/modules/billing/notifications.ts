import type { NotificationDefinition } from "#platform/notify/notifications";

/** News about a plan is worth a wait for the mail server. */
const noticeSeconds = 7 * 86_400;

/** What billing tells people. `plan` is a name that is the same in every language, `time` when it ends. */
export const billingNotifications = {
  "billing.plan_granted": {
    category: "plan",
    expiresAfterSeconds: noticeSeconds,
    data: ["plan", "time", "reason"],
    texts: {
      en: {
        subject: "You have been given FinTrack {plan}",
        paragraphs: [
          "Good news: from now on you have FinTrack {plan}, until {time}. It costs you nothing and ends by itself.",
          "Reason: {reason}",
        ],
        closing: ["What {plan} includes stands in your settings."],
      },
      tr: {
        subject: "Size FinTrack {plan} tanımlandı",
        paragraphs: [
          "Size bir sürprizimiz var: Şu andan itibaren FinTrack {plan} planını kullanabilirsiniz. Ücretsizdir ve kendiliğinden sona erer. Son tarih: {time}",
          "Neden: {reason}",
        ],
        closing: ["{plan} planının neler içerdiğini ayarlarınızda görebilirsiniz."],
      },
      de: {
        subject: "FinTrack {plan} wurde für Sie freigeschaltet",
        paragraphs: [
          "Gute Nachricht: Ab sofort nutzen Sie FinTrack {plan}, und zwar bis {time}. Das kostet Sie nichts und endet von selbst.",
          "Grund: {reason}",
        ],
        closing: ["Was {plan} enthält, finden Sie in Ihren Einstellungen."],
      },
    },
  },
  "billing.plan_revoked": {
    category: "plan",
    expiresAfterSeconds: noticeSeconds,
    data: ["plan"],
    texts: {
      en: {
        subject: "FinTrack {plan} has ended for you",
        paragraphs: [
          "FinTrack {plan}, which you had been given for a while, was ended early. Nothing of yours was deleted.",
        ],
        closing: ["Your present plan and the reason stand in your settings."],
      },
      tr: {
        subject: "FinTrack {plan} planınız sona erdi",
        paragraphs: [
          "Size bir süreliğine tanımlanan FinTrack {plan} planı, süresi dolmadan sona erdirildi. Verilerinizden hiçbiri silinmedi.",
        ],
        closing: ["Şu anki planınızı ve nedenini ayarlarınızda görebilirsiniz."],
      },
      de: {
        subject: "FinTrack {plan} ist für Sie beendet",
        paragraphs: [
          "FinTrack {plan}, das für Sie eine Zeit lang freigeschaltet war, wurde vorzeitig beendet. Von Ihren Daten wurde nichts gelöscht.",
        ],
        closing: ["Ihren jetzigen Tarif und den Grund finden Sie in Ihren Einstellungen."],
      },
    },
  },
} as const satisfies Readonly<Record<string, NotificationDefinition>>;
