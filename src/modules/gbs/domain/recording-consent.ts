import type { WordLanguage } from "./words/currency-words.ts";

/** What somebody agrees to before his voice and face are recorded. */
export type RecordingConsent = {
  readonly version: string;
  readonly texts: Readonly<Record<WordLanguage, string>>;
};

/** The words of a version never change: whoever changes one makes a new version. */
export const recordingConsent: RecordingConsent = {
  version: "2026-11-2",
  texts: {
    en: [
      "I agree that FinTrack records me in a video with my face and voice while I say that I owe this debt, and keeps it as evidence of it.",
      "The video is encrypted while I send it. Until the lender has taken over the key, operators of FinTrack watch it, to check that it shows me and that I say what is asked; each time one of them does, it is noted in the custody log, which I can read.",
      "After that nobody but the lender can open it, and FinTrack lets the lender do so only once the debt is in default.",
      "The video is destroyed when it is sent back or refused, and some time after the debt has been paid or cancelled, unless it is disputed or the law asks for it to be kept.",
      "I am not obliged to agree: without the video this debt does not come into being. I can take my agreement back at any time until the video is approved: the debt is then cancelled, without anybody having to agree, and what was recorded is destroyed.",
    ].join("\n\n"),
    de: [
      "Ich bin einverstanden, dass FinTrack mich in einem Video mit Gesicht und Stimme aufzeichnet, während ich sage, dass ich diese Schuld habe, und das Video als Nachweis aufbewahrt.",
      "Das Video wird schon beim Senden verschlüsselt. Bis der Gläubiger den Schlüssel übernommen hat, sehen Prüfer von FinTrack es an, um festzustellen, dass es mich zeigt und dass ich das Verlangte sage. Jedes Ansehen wird im Verlaufsprotokoll vermerkt, das ich lesen kann.",
      "Danach kann nur noch der Gläubiger das Video öffnen, und FinTrack lässt es erst zu, wenn der Zahlungsausfall erklärt ist.",
      "Das Video wird vernichtet, wenn es zurückgegeben oder abgelehnt wird, und einige Zeit nachdem die Schuld bezahlt oder aufgehoben ist, sofern sie nicht bestritten ist und kein Gesetz die Aufbewahrung verlangt.",
      "Ich muss nicht zustimmen: Ohne das Video kommt diese Schuld nicht zustande. Bis das Video angenommen ist, kann ich meine Einwilligung jederzeit zurücknehmen: Dann wird die Schuld aufgehoben, ohne dass jemand zustimmen muss, und was aufgezeichnet wurde, wird vernichtet.",
    ].join("\n\n"),
    tr: [
      "Bu borcu üstlendiğimi söylerken FinTrack'in yüzümü ve sesimi içeren bir videoyu kaydetmesine ve bunu borcun kanıtı olarak saklamasına onay veriyorum.",
      "Video, gönderilirken şifrelenir. Alacaklı anahtarı teslim alana kadar FinTrack görevlileri, videoda benim göründüğümü ve istenen sözleri söylediğimi denetlemek için videoyu izler; her izleme, okuyabildiğim işlem kaydına yazılır.",
      "Bundan sonra videoyu yalnızca alacaklı açabilir; FinTrack buna ancak borcun ödenmediği bildirildikten sonra izin verir.",
      "Video; geri gönderilirse veya reddedilirse, ayrıca borç ödendikten ya da iptal edildikten bir süre sonra, itiraz veya yasal saklama zorunluluğu yoksa yok edilir.",
      "Onay vermek zorunda değilim: Video olmadan bu borç doğmaz. Video onaylanana kadar onayımı her zaman geri alabilirim: borç bu durumda kimsenin kabulü gerekmeden iptal edilir ve kaydedilenler yok edilir.",
    ].join("\n\n"),
  },
};
