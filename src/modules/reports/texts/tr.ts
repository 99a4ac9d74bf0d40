import type { NotificationText } from "#platform/notify/notifications";
import type { en } from "./en.ts";

export const tr: Readonly<Record<keyof typeof en, NotificationText>> = {
  "reports.report_ready": {
    subject: "{report} raporunuz hazır",
    paragraphs: ["“{report}” raporunuzun dosyaları hazır. Onları 30 gün boyunca indirebilirsiniz."],
    action: { label: "Raporu aç", url: "{link}" },
  },
  "reports.report_failed": {
    subject: "{report} raporunuz oluşturulamadı",
    paragraphs: [
      "“{report}” raporunuz oluşturulamadı; hiçbir dosyası yok. Neyin engel olduğu ve ne yapılabileceği raporun yanında yazıyor.",
    ],
    action: { label: "Raporu aç", url: "{link}" },
  },
  "reports.schedule_paused_by_plan": {
    subject: "Düzenli raporlarınız duraklatıldı",
    paragraphs: [
      "Üyeliğiniz “{schedule}” planının istediklerini artık içermiyor. Plan duraklatıldı; hiçbir şey kaybolmadı.",
      "Bunları içeren bir üyelik ya da başka biçimler seçin ve planı sürdürün.",
    ],
    action: { label: "Planı aç", url: "{link}" },
  },
  "reports.schedule_paused": {
    subject: "Düzenli raporlarınız duraklatıldı",
    paragraphs: [
      "“{schedule}” planı raporunu oluşturamadı ve duraklatıldı. Nedeni planın yanında yazıyor; giderildiğinde planı sürdürün.",
    ],
    action: { label: "Planı aç", url: "{link}" },
  },
  "reports.report_shared": {
    subject: "{sharer} sizinle bir finans raporu paylaşıyor",
    paragraphs: [
      "{sharer}, FinTrack ile bir rapor hazırladı ve dosyalarını sizinle paylaşıyor. Açmak için hesaba ihtiyacınız yok.",
    ],
    action: { label: "Raporu aç", url: "{link}" },
    closing: [
      "Bağlantının geçerlilik sonu: {time}. Parola sorulursa paylaşan kişiden öğrenebilirsiniz.",
      "Lütfen bağlantıyı başkasına iletmeyin: bağlantıya sahip olan herkes raporu görür. Paylaşan kişiyi tanımıyorsanız bu iletiyi dikkate almayın.",
    ],
  },
};
