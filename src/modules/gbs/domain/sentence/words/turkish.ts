/** Plain Turkish nouns that are easy to say and hard to mistake for one another. */
export const turkishWords: readonly string[] = `
  abajur acıbadem açelya adaçayı ağaç ahır ahtapot ahududu ajanda akasya akçaağaç akordeon akrep aktör akvaryum
  albüm alev altın ambar ampul ananas anahtar anıt anten arkadaş armut arpa arslan asansör asma atkı atlet avize
  avlu avokado ayçiçeği aydınlık ayna ayran baca badana badem bahar bahçe bakır bakkal balina balkon ballı bambu
  bando bardak barınak basamak battaniye bavul bayrak bebek beşik beyaz bezelye biber biberiye bilezik bilgin bilye
  bina bisiklet bisküvi boncuk boru bostan boya böcek böğürtlen brokoli buğday buket bulut bulvar buzdolabı bülbül
  büfe cadde cambaz cami ceket cetvel ceviz ceylan cımbız cıva cibinlik coğrafya cüzdan çadır çakıl çalgı çamaşır
  çanak çanta çarık çarşaf çatal çatı çavdar çaydanlık çekiç çelenk çember çengel çeşme çiçek çiftçi çiğdem çikolata
  çilingir çimen çinko çivi çizgi çizme çoban çorap çorba çömlek çörek çuval daire daktilo dalga damla dantel davet
  değirmen delfin demir deniz dere dergi destan defter dikiş dilim dinozor direk divan doğa doktor dolap domates
  dondurma dosya döşek duman durak duvar düdük düğme düğün dükkan dürbün ebru eczane ejderha ekmek ekran elbise
  eldiven elma emzik enginar erik erguvan erişte eşarp eşek eşofman etiket evren eyer ezgi fabrika fanus fare
  fasulye fener fesleğen fıçı fındık fırça fırın fırtına fıskiye fıstık fidan filiz fincan firkete folklor fotoğraf
  fulya futbol galeri garaj garson gazete geçit gelin gelincik gemi gergedan geyik gezegen gitar gökkuşağı gökyüzü
  gölge gözlük greyfurt güneş gümüş güvercin güverte halat halı halka hamak hamsi hamur harita harman hasır hastane
  havuç haydut hediye helva hırka hindi horoz hurma hülya hüthüt ıhlamur ırmak ıspanak ıstakoz ışık ızgara ibrik
  iğde ikindi ilkbahar imbik imza inci inek iskele istasyon istiridye işçi iyilik jaguar jeton jilet jöle kabak
  kablo kafes kağıt kahve kahvaltı kaktüs kalem kamera kamp kamyon kanarya kanat kanepe kanguru kaplan kaplumbağa
  kapı karanfil karga karınca karnabahar karpuz kartal kasaba kase kaşık kaval kavun kayısı kaymak keçi kekik
  kelebek kemer keman kenar kereviz kervan kestane kılıç kılavuz kırlangıç kırtasiye kızak kibrit kilit kiraz kirpi
  kitap koala kolonya koltuk kolye komşu konak konser korsan koro koyun köfte köprü köpük köşk kova kral kravat
  krema kristal kubbe kulübe kumaş kumsal kumru kurabiye kurbağa kurdele kurt kutu kuyruk kuzey kürek küpe lacivert
  lahana lahmacun lale lama lastik lavanta leblebi leopar levrek leylek liman limonata lokma lokum lokanta maden
  mağara makarna makas mandal mandalina mantar mantı marangoz masa maydanoz maymun mektup melek melodi mendil
  menekşe mercan mercimek merdiven mermer meşe meşale mevsim meydan meyve mezura mıknatıs mısır midye mikroskop
  minare mineral minder misafir mobilya mozaik muhallebi musluk mutfak müze müzik nakış nane narenciye nehir nergis
  nilüfer ninni nohut nota ocak oğlak okul okyanus olta omlet opera orkide orman ortanca otel otobüs otoyol oyuncak
  öğle öğrenci öğretmen ördek örgü örümcek öykü paket palto palamut palmiye pamuk pancar panda panjur pankart
  pantolon papağan papatya paraşüt pardösü park parmak pasta pastırma patates patika patlıcan pelerin pelikan peluş
  pencere penguen perde peri peynir pırasa pırlanta pide pijama pilav pilot piramit pirinç piyano plaka plaj poğaça
  porselen portakal portre poster pusula püskül radyo rende ressam reyhan rıhtım roket roman rüya rüzgar saat sabah
  sabun saçak safran sahil sahne saksağan saksı salata salatalık salıncak salon saman sandık sandalye saray sarımsak
  sarmaşık satranç sedir sehpa sepet serçe serin serüven sevgi sınav sıra simit sincap sinema soba sofra soğan sokak
  somon sonbahar spor sucuk sumak suluboya surat süpürge sürahi sütun süzgeç şafak şahin şair şalgam şamdan şampuan
  şapka şarkı şato şeftali şeker şelale şemsiye şerbet şerit şimşek şölen şömine şurup tahıl tahta takı taksi takvim
  tambur tandır tarak tarçın tarhana tarla tavşan tavuk tebeşir tekne telefon televizyon teleskop teneke tepe tepsi
  terazi tereyağı terlik testere tırtıl tırpan tilki timsah tiyatro tohum topaç toprak traktör tramvay tren trompet
  turna turşu turunç tünel tütsü uçak uçurtma uğurböceği uskumru usta uyku uzay ülke üvey üzengi üzüm vadi vagon
  vaha vals vanilya vapur vatoz vazo veranda vestiyer vişne viyolonsel volkan voleybol yabanmersini yağmur yaka
  yakut yanardağ yaprak yarasa yarış yasemin yastık yayla yelken yelpaze yemek yengeç yeşil yıldırım yıldız yılan
  yoğurt yonca yokuş yorgan yosun yufka yumurta yunus yuva yüksük yüzük zafer zambak zarf zebra zemin zencefil
  zerdali zeytin zeplin zıpkın zımba zincir ziyafet zümrüt zürafa
`
  .trim()
  .split(/\s+/);
