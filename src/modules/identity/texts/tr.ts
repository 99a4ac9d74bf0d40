import type { IdentityTexts } from "./en.ts";

const ifNotYou =
  "Bu işlemi siz yapmadıysanız, “Parolamı unuttum” seçeneğiyle parolanızı hemen sıfırlayın ve ayarlarınızdan diğer tüm cihazlardaki oturumları kapatın.";

export const tr: IdentityTexts = {
  "identity.registration_code": {
    subject: "Onay kodunuz",
    paragraphs: [
      "FinTrack’e hoş geldiniz! Bu kodu kayıt ekranına yazın, hesabınız hemen hazır olsun:",
    ],
    code: "{code}",
    closing: [
      "Kod {minutes} dakika geçerlidir. FinTrack’ten hiç kimse sizden bu kodu istemez; lütfen kimseyle paylaşmayın.",
      "Kayıt olmak istemediyseniz bu e-postayı dikkate almayın: Kod girilmeden hesap açılmaz.",
    ],
  },
  "identity.address_in_use": {
    subject: "Zaten bir FinTrack hesabınız var",
    paragraphs: [
      "Az önce birisi, büyük olasılıkla siz, bu e-posta adresiyle FinTrack’e kaydolmak istedi. Bu adresle açılmış bir hesap zaten bulunduğu için hiçbir şey değişmedi.",
      "Her zamanki gibi giriş yapabilirsiniz. Parolanızı unuttuysanız giriş ekranında “Parolamı unuttum” seçeneğini kullanın; size yeni parola belirleyebileceğiniz bir bağlantı göndeririz.",
    ],
    closing: ["Bu siz değilseniz bir şey yapmanıza gerek yok: Hesabınız güvende."],
  },
  "identity.new_sign_in": {
    subject: "Hesabınıza yeni giriş yapıldı",
    paragraphs: [
      "FinTrack hesabınıza giriş yapıldı. Tarih ve saat: {time}",
      "Cihaz: {device}",
      "İnternet adresi: {client}",
    ],
    closing: ["Giriş yapan sizseniz bir şey yapmanıza gerek yok.", ifNotYou],
  },
  "identity.password_reset": {
    subject: "Yeni parolanızı belirleyin",
    paragraphs: [
      "FinTrack hesabınızın parolasını sıfırlamamız istendi. Yeni parolanızı buradan belirleyebilirsiniz:",
    ],
    action: { label: "Yeni parola belirle", url: "{link}" },
    closing: [
      "Bağlantı {minutes} dakika geçerlidir ve yalnızca bir kez kullanılabilir.",
      "Bunu siz istemediyseniz bu e-postayı dikkate almayın: Parolanız olduğu gibi kalır. Lütfen bağlantıyı kimseyle paylaşmayın.",
    ],
  },
  "identity.password_changed": {
    subject: "Parolanız değiştirildi",
    paragraphs: [
      "FinTrack hesabınızın parolası değiştirildi ve diğer tüm cihazlardaki oturumlar kapatıldı. Tarih ve saat: {time}",
    ],
    closing: ["Parolayı siz değiştirdiyseniz bir şey yapmanıza gerek yok.", ifNotYou],
  },
  "identity.second_factor_enabled": {
    subject: "İki adımlı doğrulama açıldı",
    paragraphs: [
      "FinTrack hesabınıza girişte artık doğrulama uygulamanızdaki kod da isteniyor. Böylece parolanızı birisi öğrense bile hesabınız güvende kalır. Tarih ve saat: {time}",
      "Lütfen kurtarma kodlarınızı güvenli bir yerde saklayın: Cihazınızı kaybederseniz her kod hesabınıza bir kez giriş sağlar.",
    ],
    closing: [ifNotYou],
  },
  "identity.second_factor_disabled": {
    subject: "İki adımlı doğrulama kapatıldı",
    paragraphs: [
      "FinTrack hesabınızda iki adımlı doğrulama kapatıldı; artık giriş için yalnızca parolanız yeterli. Tarih ve saat: {time}",
      "İstediğiniz zaman ayarlarınızdan yeniden açabilirsiniz.",
    ],
    closing: [ifNotYou],
  },
  "identity.recovery_code_used": {
    subject: "Bir kurtarma kodu kullanıldı",
    paragraphs: [
      "FinTrack hesabınıza girişte doğrulama uygulamanız yerine bir kurtarma kodu kullanıldı. Tarih ve saat: {time}",
      "Kalan kurtarma kodu sayısı: {left}. Ayarlarınızdan yeni kodlar oluşturabilirsiniz.",
    ],
    closing: [ifNotYou],
  },
  "identity.recovery_codes_replaced": {
    subject: "Yeni kurtarma kodlarınız oluşturuldu",
    paragraphs: [
      "FinTrack hesabınız için yeni kurtarma kodları oluşturuldu; eskileri artık geçersiz. Tarih ve saat: {time}",
    ],
    closing: [ifNotYou],
  },
  "identity.refresh_token_reused": {
    subject: "Cihazlarınızdan birinin oturumunu kapattık",
    paragraphs: [
      "Cihazlarınızdan birine ait eski bir oturum anahtarı ikinci kez kullanıldı. Bu, anahtarın kopyalandığı anlamına gelebilir; bu yüzden güvenliğiniz için o cihazın oturumunu kapattık. Tarih ve saat: {time}",
      "Cihaz: {device}",
      "Lütfen o cihazda yeniden giriş yapın. Cihazı tanımıyorsanız veya bu durum tekrarlanırsa parolanızı değiştirin ve ayarlarınızdan diğer tüm cihazlardaki oturumları kapatın.",
    ],
  },
  "identity.account_suspended": {
    subject: "Hesabınız askıya alındı",
    paragraphs: [
      "FinTrack hesabınız askıya alındı. Şu anda giriş yapamazsınız; tüm cihazlardaki oturumlar kapatıldı. Verileriniz korunuyor.",
      "Bunun bir hata olduğunu düşünüyorsanız lütfen destek ekibimize yazın. Durumu sizinle birlikte inceleyelim.",
    ],
  },
  "identity.account_restored": {
    subject: "Hesabınız yeniden açıldı",
    paragraphs: [
      "Güzel haber: FinTrack hesabınız artık askıda değil. Her zamanki gibi giriş yapabilirsiniz; her şey bıraktığınız gibi duruyor.",
      "Giriş yapamıyorsanız “Parolamı unuttum” seçeneğini kullanın veya destek ekibimize yazın.",
    ],
  },
  "identity.roles_changed": {
    subject: "Rolleriniz değiştirildi",
    paragraphs: [
      "Bir yönetici FinTrack hesabınızın rollerini değiştirdi. Yeni rolleriniz: {roles}.",
      "Bazı roller ancak iki adımlı doğrulama açıldığında geçerli olur; bunu ayarlarınızdan yapabilirsiniz.",
    ],
    closing: ["Bu değişikliği beklemiyorsanız lütfen yöneticinize haber verin."],
  },
};
