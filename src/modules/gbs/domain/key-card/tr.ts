import type { KeyCardTexts } from "./key-card-texts.ts";

export const tr: KeyCardTexts = {
  title: "Bir borcun videosunun anahtarı",
  warning:
    "Bu sayfayı kimsenin görmemesi gereken şeyleri sakladığınız yerde saklayın. Videoyu yalnızca bu anahtar açar: FinTrack’te ne onun ne de bu sayfanın bir kopyası vardır. Geri yazdıktan sonra kaybederseniz video bir daha açılamaz.",
  lender: "Alacaklı, anahtarın sahibi",
  borrower: "Borçlu, videodaki kişi",
  amount: "Tutar",
  debt: "Borç",
  generation: "Anahtarın sırası; öncekiler hiçbir şeyi açmaz",
  recording: "Video",
  bytes: "bayt",
  sha256: "Açılan videonun SHA-256 özeti",
  header: "Anahtarın açtığı başlığın SHA-256 özeti",
  madeAt: "Hazırlandığı an",
  howTo: "Video nasıl açılır",
  steps: (command) => [
    "Temerrütten önce video kimseye gösterilmez. Anahtarı FinTrack’te borcun sayfasında bir kez geri yazın: FinTrack kendininkini yok eder ve yalnızca bu anahtar kalır.",
    "Temerrütten sonra: videoyu borcun sayfasında anahtarla açın ya da oradan indirin. Dosya evidence.age adıyla dosyada (dossier) da bulunur.",
    `FinTrack olmadan: “age” programını (https://age-encryption.org) kurun ve şunu çalıştırın: ${command}`,
    "Program bir parola sorar: bu, anahtarın kendisidir; burada yazdığı gibi büyük harflerle ve kısa çizgilerle yazın.",
    "Açılan dosyanın SHA-256 özetini yukarıdakiyle karşılaştırın. Onun için kaydedilenleri dosyadaki (dossier) doğrulama programı söyler.",
  ],
};
