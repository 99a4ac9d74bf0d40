import { minuteOf, type ReadmeFacts } from "./facts.ts";

export const tr = ({
  debt,
  keysAddress,
  head,
  damagedSince,
}: ReadmeFacts): string => `FinTrack: bir borcun dosyası
${debt}

Bu nedir
  FinTrack'in bu borç hakkında kaydettiği her şey; sonradan yapılan her değişikliği belli eden bir biçimde. Elinde olan
  herkes bunu FinTrack olmadan doğrulayabilir.

İçinde ne var
  agreement-1.pdf, …  anlaşma; koşullar her değiştiğinde bir sonraki numarayla
  receipt-….pdf       her şey ödendiğinde makbuz
  evidence.age        video; yalnızca alacaklıya ve ancak temerrütten sonra verilir. Alacaklının anahtarıyla açılır;
                      https://age-encryption.org programı anahtarı sorar: age --decrypt --output video evidence.age
  custody.jsonl       kayıt defteri: her adım için bir satır, bir önceki adımın SHA-256 özeti ve FinTrack'in imzasıyla.
                      Serbest metinler ve adresler burada yalnızca tuzlanmış SHA-256 özeti olarak durur
  values.json         bu metinlerden size açık olanlar, tuzlarıyla birlikte
  keys.json           imzaları doğrulayan açık anahtarlar
  manifest.json       boyutları ve SHA-256 özetleriyle bütün dosyalar, dosyanın kimin için hazırlandığı, kaydın sonu
  manifest.sig        FinTrack'in bu liste üzerindeki imzası
  verify.mjs          bütün bunları doğrulayan program
${missing(damagedSince)}
Nasıl doğrulanır
  1. FinTrack'in anahtarının parmak izini bu dosyadan değil, başka bir yerden alın:
     ${keysAddress}
     adresinden ya da anlaşma yapılırken not ettiğiniz yerden. verify.mjs'in SHA-256 özeti de aynı adrestedir. Sahte bir
     dosyayla birlikte verilen bir program onu onaylar: karşılaştırın ya da kendi dosyanızdaki programı kullanın.
  2. Node.js 20 ve sonrası ya da Bun ile:
       node verify.mjs <bu zip> --key <parmak izi>
     FinTrack o zamandan beri anahtarını değiştirdiyse hepsini yazın: --key … --key …
  3. Borçla ilgili her e-posta, kaydın uzunluğunu ve son özetini "n:hash" biçiminde bildirir. Böyle bir e-postanız varsa:
       node verify.mjs <bu zip> --key <parmak izi> --head <n:hash>
     O e-postadan önce olanları FinTrack'in kendisinin çıkarıp çıkarmadığını ya da yeniden yazıp yazmadığını yalnızca bu
     gösterir.

Ne söyler
  PROVEN                          (0 ile biter)  kanıtlandı: her bayt FinTrack'in imzaladığı gibidir
  CONSISTENT, ORIGIN NOT PROVEN   (2 ile biter)  tutarlı, ama parmak izi verilmedi: herkes hazırlamış olabilir
  NOT PROVEN                      (1 ile biter)  bir şey yanlış; her hata adıyla belirtilir

Dosya hazırlandığında kaydın sonu şuydu
  ${head}
`;

const missing = (damagedSince: ReadmeFacts["damagedSince"]): string =>
  damagedSince === null
    ? ""
    : `
Eksik olan
  evidence.age        video. ${minuteOf(damagedSince)} tarihinde yapılan denetim, FinTrack'te saklananın teslim edilen
                      video olmadığını gösterdi. Aslının SHA-256 özeti kayıt defterindedir. Bir denetim onarıldığını
                      görürse yeni bir dosyada yer alır
`;
