import type { NotificationText } from "#platform/notify/notifications";
import type { en } from "./en.ts";

const custody =
  "Bu adımdan sonraki kayıt zinciri: {chain}. Bu iletiyi saklayın: kayıtta hiçbir şeyin değiştirilmediği ileride bununla gösterilebilir.";
const action = { label: "Borcu aç", url: "{link}" } as const;
const closing = [custody] as const;

export const tr: Readonly<Record<keyof typeof en, NotificationText>> = {
  "gbs.offer_received": {
    subject: "{person} size bir borç anlaşması öneriyor",
    paragraphs: [
      "{person} sizden {money} borçlu olduğunuzu kabul etmenizi istiyor. Siz kabul edene kadar hiçbir anlaşma yoktur; faiz ve gecikme ücreti de yoktur.",
      "Planı ve açıklamayı inceleyin, sonra kabul edin ya da reddedin. Bir şey yapmazsanız teklifin geçerliliği sona erer: {time}.",
    ],
    action: { label: "Teklifi incele", url: "{link}" },
    closing: [
      "Gönderen ({person}) size yabancıysa ya da borcunuz yoksa teklifi reddedin. Teklifi bildirebilir veya göndereni engelleyebilirsiniz.",
      custody,
    ],
  },
  "gbs.offer_invited": {
    subject: "{person} sizi FinTrack’te bir borç anlaşmasına davet ediyor",
    paragraphs: [
      "{person} bize bu adresi verdi ve sahibinden {money} tutarında bir borcu kabul etmesini istiyor. Hiçbir anlaşma yoktur ve siz kabul etmedikçe olmayacaktır.",
      "Teklifi görmek için bu adresle bir hesap açın. Teklif kendiliğinden sona erer: {time}.",
    ],
    action: { label: "FinTrack’e git", url: "{link}" },
    closing: [
      "Bu size bir şey ifade etmiyorsa iletiyi dikkate almayın: bununla borçlanmazsınız ve yanıt vermeniz gerekmez.",
      custody,
    ],
  },
  "gbs.offer_accepted": {
    subject: "{person} teklifinizi kabul etti",
    paragraphs: [
      "{person}, “{about}” için size {money} borçlu olduğunu kabul etti. Anlaşma belge olarak ayrıca gönderilecek.",
    ],
    action,
    closing,
  },
  "gbs.offer_declined": {
    subject: "{money} tutarındaki teklifiniz reddedildi",
    paragraphs: [
      "{address} adresine gönderdiğiniz {money} tutarındaki teklif reddedildi. Anlaşma yoktur. Neyin doğru olmadığını karşı tarafa sorabilir, dilediğiniz zaman yeni bir teklif gönderebilirsiniz.",
    ],
    action,
    closing,
  },
  "gbs.offer_withdrawn": {
    subject: "{person} bir teklifi geri çekti",
    paragraphs: [
      "{person}, {money} tutarındaki teklifi geri çekti. Anlaşma yoktur ve bir şey yapmanız gerekmez.",
    ],
    closing,
  },
  "gbs.offer_expired": {
    subject: "{money} tutarındaki teklifinizin süresi doldu",
    paragraphs: [
      "{address} adresine gönderdiğiniz {money} tutarındaki teklife süresi içinde yanıt gelmedi. Anlaşma yoktur; teklifi yeniden gönderebilirsiniz.",
    ],
    action,
    closing,
  },
  "gbs.agreement_ready": {
    subject: "Anlaşma belgesi hazır. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} tutarındaki anlaşmanız PDF dosyası olarak hazır. Karşı taraf: {person}. Belgede plan ve iki tarafın onayı, zamanıyla birlikte yer alır.",
    ],
    action: { label: "Anlaşmayı aç", url: "{link}" },
    closing: ["Dosyayı yeniden bulabileceğiniz bir yere kaydedin.", custody],
  },
  "gbs.amendment_proposed": {
    subject: "{person} başka koşullar öneriyor",
    paragraphs: [
      "{person}, “{about}” için olan {money} tutarındaki borcun koşullarını değiştirmeyi öneriyor. Siz kabul edene kadar şimdiki koşullar geçerlidir.",
      "Belirtilen neden: {reason}",
    ],
    action: { label: "Koşulları incele", url: "{link}" },
    closing,
  },
  "gbs.amendment_accepted": {
    subject: "{person} önerdiğiniz koşulları kabul etti",
    paragraphs: [
      "{person} önerdiğiniz koşulları kabul etti. “{about}” için olan borç artık yeni plana göre {money}. Yeni anlaşma belge olarak ayrıca gönderilecek.",
    ],
    action,
    closing,
  },
  "gbs.amendment_declined": {
    subject: "{person} önerdiğiniz koşulları reddetti",
    paragraphs: [
      "{person}, “{about}” için olan {money} tutarındaki borç için önerdiğiniz koşulları reddetti. Şimdiki koşullar geçerlidir.",
    ],
    action,
    closing,
  },
  "gbs.payment_claimed": {
    subject: "{person} bildirdi: {money} ödendi",
    paragraphs: [
      "{person}, “{about}” için olan borcun {money} kadarını size ödediğini bildiriyor. Gün: {day}. Referans: {reference}.",
      "Lütfen paranın ulaşıp ulaşmadığına bakın ve ödemeyi onaylayın ya da itiraz edin. Ödeme, siz onayladığınızda sayılır.",
    ],
    action: { label: "Onayla ya da itiraz et", url: "{link}" },
    closing,
  },
  "gbs.payment_confirmed": {
    subject: "{person} {money} tutarındaki ödemenizi onayladı",
    paragraphs: [
      "{person}, “{about}” için olan borcun {money} tutarındaki ödemesinin ulaştığını onayladı. Ödeme günü: {day}. Kalan: {outstanding}.",
    ],
    action,
    closing,
  },
  "gbs.payment_contested": {
    subject: "{person} {money} tutarındaki ödemenize itiraz etti",
    paragraphs: [
      "{person}, “{about}” için olan borcun {money} tutarındaki ödemesinin ulaşmadığını bildiriyor. Belirttiğiniz ödeme günü: {day}.",
      "Belirtilen neden: {reason}",
      "Ödeme şu anda sayılmıyor. Konu aranızda çözüldüğünde yine onaylanabilir.",
    ],
    action,
    closing,
  },
  "gbs.cancellation_proposed": {
    subject: "{person} bir borcun iptalini öneriyor",
    paragraphs: [
      "{person}, “{about}” için olan borcun, kalan tutar ödenmeden sona ermesini öneriyor. Kalan: {outstanding}. Borç ancak siz kabul ederseniz sona erer.",
      "Belirtilen neden: {reason}",
    ],
    action: { label: "Öneriyi incele", url: "{link}" },
    closing,
  },
  "gbs.cancellation_accepted": {
    subject: "{person} kabul etti: borç iptal edildi",
    paragraphs: [
      "{person} önerinizi kabul etti. “{about}” için olan {money} tutarındaki borç iptal edildi; bundan doğan bir borç kalmadı.",
    ],
    action,
    closing,
  },
  "gbs.cancellation_declined": {
    subject: "{person} iptali kabul etmedi",
    paragraphs: [
      "{person}, “{about}” için olan borcun iptali önerinizi reddetti. Borç sürüyor; kalan: {outstanding}.",
    ],
    action,
    closing,
  },
  "gbs.dispute_raised": {
    subject: "{person} bir borca itiraz etti",
    paragraphs: [
      "{person}, “{about}” için olan borca itiraz etti. Kalan: {outstanding}. İtiraz kaydedildi ve tutarları değiştirmez.",
      "Belirtilen neden: {reason}",
    ],
    action,
    closing,
  },
  "gbs.due_soon": {
    subject: "Ödeme günü {day}: {money}, alacaklı {person}",
    paragraphs: [
      "“{about}” için olan borcunuzdan {money} ödemeniz gerekiyor. Alacaklı: {person}. Bu günün sonuna kadar: {day}.",
      "Ödediğinizde bunu borcun sayfasında bildirin ki karşı taraf onaylayabilsin.",
    ],
    action,
    closing,
  },
  "gbs.overdue_borrower": {
    subject: "Ödemeniz gecikti. Alacaklı: {person}",
    paragraphs: [
      "“{about}” için olan borcunuzdan {money} hâlâ ödenmedi. Alacaklı: {person}. Ödeme günü: {day}.",
      "Ödediyseniz bunu borcun sayfasında bildirin. Ödeyemiyorsanız başka koşullar önerin: bunun temerrüt sayılıp sayılmayacağına alacaklı karar verir. Gecikme ücreti yoktur.",
    ],
    action,
    closing,
  },
  "gbs.overdue_lender": {
    subject: "Size yapılacak ödeme gecikti. Borçlu: {person}",
    paragraphs: [
      "“{about}” için olan borçtan {money} hâlâ ödenmedi. Borçlu: {person}. Ödeme günü: {day}. Onayladığınız hiçbir ödeme bu tutarı karşılamıyor.",
      "Para ulaştıysa ödemeyi onaylayın. Ulaşmadıysa başka koşullarda anlaşabilir ya da bir gün geçtikten sonra temerrüt bildirebilirsiniz.",
    ],
    action,
    closing,
  },
  "gbs.defaulted": {
    subject: "{person} temerrüt bildirdi",
    paragraphs: [
      "{person}, “{about}” için olan borçta temerrüde düştüğünüzü bildirdi. Kalan: {outstanding}. Ücret ve faiz eklenmez.",
      "Yine de ödeyebilirsiniz: bunu borcun sayfasında bildirin; son onaylanan ödemeyle borç kapanır.",
    ],
    action,
    closing,
  },
  "gbs.settled": {
    subject: "Borç kapandı. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için olan {money} tutarındaki borç ödendi ve kapandı. Karşı taraf: {person}. Bundan doğan bir borç kalmadı.",
    ],
    action: { label: "Makbuzu aç", url: "{link}" },
    closing: ["Makbuz, onaylanan bütün ödemeleri içerir. Anlaşmayla birlikte saklayın.", custody],
  },
  "gbs.consent_withdrawn": {
    subject: "{person} kayda alınmak istemiyor: borç iptal edildi",
    paragraphs: [
      "{person} kayda alınma onayını geri aldı. “{about}” için {money} tutarındaki borç henüz kimseyi bağlamıyordu: iptal edildi ve kaydedilenler yok edilecek. Dilediğiniz zaman yeni bir teklif yapılabilir.",
    ],
    action,
    closing,
  },
  "gbs.evidence_wanted": {
    subject: "Anlaşmanızda sıradaki adım: kısa bir video. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} borçlu olduğunuzu kabul ettiniz. Alacaklı: {person}. Bunu kısa bir videoda söylediğinizde ve inceleme ekibimiz videoyu onayladığında anlaşma iki tarafı da bağlar.",
      "Borcun sayfasını kamerası olan bir cihazda açın: söyleyeceğiniz cümle, bir gün geçerli kelimelerle orada yazar.",
    ],
    action: { label: "Kayda git", url: "{link}" },
    closing: [
      "Video gönderilirken şifrelenir. Alacaklı onu yalnızca temerrütten sonra, kendi anahtarıyla açabilir; onaydan sonra bizde anahtar kalmaz.",
      custody,
    ],
  },
  "gbs.evidence_submitted": {
    subject: "Video alındı. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} tutarındaki borcun videosu eksiksiz alındı. Karşı taraf: {person}. Videonun parmak izi (SHA-256) kayıt zincirinde yer alır. Sırada inceleme ekibimizin bakması var; bir şey yapmanız gerekmez.",
    ],
    action,
    closing,
  },
  "gbs.evidence_unusable": {
    subject: "Lütfen videoyu yeniden kaydedin. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} tutarındaki borca gönderdiğiniz video bize sağlam ulaşmadı ve silindi. Karşı taraf: {person}. Bu sizin hatanız değildir ve geri gönderilmiş sayılmaz.",
    ],
    action: { label: "Kayda git", url: "{link}" },
    closing,
  },
  "gbs.evidence_sent_back": {
    subject: "Videonuzun yeniden kaydedilmesi gerekiyor. Karşı taraf: {person}",
    paragraphs: [
      "İnceleme ekibimiz “{about}” için {money} tutarındaki borcun videosunu onaylayamadı. Karşı taraf: {person}. Lütfen borcun sayfasındaki yeni cümleyle yeniden kaydedin.",
      "Belirtilen neden: {reason}",
    ],
    action: { label: "Kayda git", url: "{link}" },
    closing,
  },
  "gbs.evidence_refused": {
    subject: "Anlaşma bağlayıcı olmadı. Karşı taraf: {person}",
    paragraphs: [
      "İnceleme ekibimiz “{about}” için {money} tutarındaki borcun videosunu reddetti. Karşı taraf: {person}. Anlaşma yoktur ve video silinecektir. Dilediğiniz zaman yeni bir teklif yapılabilir.",
      "Belirtilen neden: {reason}",
    ],
    action,
    closing,
  },
  "gbs.evidence_approved": {
    subject: "Video onaylandı, anahtarınızı alın. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} tutarındaki borcun videosu onaylandı ve anlaşma iki tarafı da bağlıyor. Borçlu: {person}. Videoyu yalnızca siz açabilmelisiniz: borcun sayfasından anahtarınızı alın, saklayın ve bir kez geri yazın. Ardından bizdeki son anahtarı yok ederiz.",
      "Anahtarı yazdırın ya da bir yere not edin. Kimse onu size yeniden veremez: geri yazdıktan sonra kaybederseniz videoyu artık siz de açamazsınız, biz de.",
    ],
    action: { label: "Anahtarı al", url: "{link}" },
    closing: [
      "Anahtar hiçbir e-postada yer almaz; onu e-postayla ya da telefonla asla sormayız.",
      custody,
    ],
  },
  "gbs.key_revealed": {
    subject: "Videonun bir anahtarı gösterildi. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} tutarındaki borcun videosuna ait bir anahtar hesabınızda gösterildi. Borçlu: {person}. Daha önce gösterilen anahtarlar artık hiçbir şeyi açmaz. Bizdekini yok edebilmemiz için yenisini borcun sayfasında geri yazın.",
    ],
    action,
    closing: [
      "Bunu siz yapmadıysanız parolanızı değiştirin, bütün oturumları kapatın ve hemen yeni bir anahtar alın.",
      custody,
    ],
  },
  "gbs.key_reminder": {
    subject: "Videonun anahtarı sizi bekliyor. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} tutarındaki borcun videosu onaylandı, ama henüz bir anahtarı geri yazmadınız. Borçlu: {person}. O zamana kadar video mühürlenmez: biz hâlâ açabiliriz, sizde ise açacak bir şey yoktur.",
      "Anahtarı borcun sayfasından alın, yazdırın ya da not edin ve bir kez geri yazın.",
    ],
    action: { label: "Anahtarı al", url: "{link}" },
    closing: [
      "Anahtar hiçbir e-postada yer almaz; onu e-postayla ya da telefonla asla sormayız.",
      custody,
    ],
  },
  "gbs.evidence_sealed": {
    subject: "Video mühürlendi. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} tutarındaki borcun videosu mühürlendi. Karşı taraf: {person}. Bizdeki son anahtar yok edildi: bundan sonra onu yalnızca alacaklının anahtarı açar ve FinTrack onu ancak temerrütten sonra gösterir.",
    ],
    action,
    closing,
  },
  "gbs.evidence_damaged": {
    subject: "Saklanan video bozulmuş. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} tutarındaki borcun saklanan videosunun gönderildiği gibi olup olmadığına baktık; öyle değil. Karşı taraf: {person}. Nedenini araştırıyoruz. Anlaşma ve kayıt zincirinin onun için söyledikleri geçerliliğini korur.",
    ],
    action,
    closing,
  },
  "gbs.evidence_destroyed": {
    subject: "Bir video silindi. Karşı taraf: {person}",
    paragraphs: [
      "“{about}” için {money} tutarındaki borca ait bir video, onu açabilecek her şeyle birlikte silindi. Karşı taraf: {person}. Parmak izi kayıt zincirinde kalır.",
    ],
    action,
    closing,
  },
  "gbs.text_hidden": {
    subject: "Bir teklifinizin açıklaması gizlendi",
    paragraphs: [
      "{address} adresine gönderdiğiniz {money} tutarındaki teklifin açıklaması bildirildi ve tarafımızdan gizlendi. Tutarlar ve günler olduğu gibi kalır.",
    ],
    action,
    closing,
  },
};
