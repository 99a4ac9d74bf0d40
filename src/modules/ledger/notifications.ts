import type { NotificationDefinition } from "#platform/notify/notifications";

/** Who reads of a budget a week late has a statement of his own by then. */
const noticeSeconds = 3 * 86_400;

/** What the ledger tells people. Amounts and the period are written as the reader's language has them. */
export const ledgerNotifications = {
  "ledger.budget_threshold": {
    category: "budgets",
    expiresAfterSeconds: noticeSeconds,
    data: ["budget", "percent", "spent", "amount", "period"],
    texts: {
      en: {
        subject: "A budget has reached {percent}%",
        paragraphs: [
          "Your budget “{budget}” has reached {percent}%.",
          "Spent: {spent} of {amount}. Period: {period}.",
        ],
        closing: ["You will not be told of this percentage again in this period."],
      },
      tr: {
        subject: "Bütçenizde %{percent} sınırına ulaşıldı",
        paragraphs: [
          "“{budget}” bütçenizde %{percent} sınırına ulaşıldı.",
          "Harcanan: {spent} / {amount}. Dönem: {period}.",
        ],
        closing: ["Bu dönemde bu oran için size yeniden yazmayacağız."],
      },
      de: {
        subject: "Ein Budget hat {percent} % erreicht",
        paragraphs: [
          "Ihr Budget „{budget}“ hat {percent} % erreicht.",
          "Ausgegeben: {spent} von {amount}. Zeitraum: {period}.",
        ],
        closing: ["In diesem Zeitraum schreiben wir Ihnen zu diesem Wert nicht noch einmal."],
      },
    },
  },
} as const satisfies Readonly<Record<string, NotificationDefinition>>;
