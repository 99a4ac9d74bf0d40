import { minuteOf, type ReadmeFacts } from "./facts.ts";

export const de = ({
  debt,
  keysAddress,
  head,
  damagedSince,
}: ReadmeFacts): string => `FinTrack: Akte einer Schuld
${debt}

Was das ist
  Alles, was FinTrack über diese Schuld festgehalten hat, in einer Form, die jede spätere Änderung erkennen lässt. Wer
  die Akte hat, kann sie ohne FinTrack prüfen.

Was darin ist
  agreement-1.pdf, …  die Vereinbarung; nach jeder Änderung der Bedingungen mit der nächsten Nummer
  receipt-….pdf       die Quittung, sobald alles bezahlt ist
  evidence.age        das Video, nur für die Gläubigerseite und erst nach einem Verzug. Es öffnet sich mit deren
                      Schlüssel; das Programm von https://age-encryption.org fragt danach:
                      age --decrypt --output video evidence.age
  custody.jsonl       das Protokoll: eine Zeile je Schritt, mit dem SHA-256 des Schritts davor und der Signatur von
                      FinTrack. Freie Texte und Adressen stehen darin nur als SHA-256 mit Salz
  values.json         diejenigen dieser Texte, die Ihnen offengelegt sind, mit ihrem Salz
  keys.json           die öffentlichen Schlüssel, mit denen die Signaturen geprüft werden
  manifest.json       alle Dateien mit Größe und SHA-256, für wen die Akte erstellt wurde, und wo das Protokoll endet
  manifest.sig        die Signatur von FinTrack über das Manifest
  verify.mjs          das Programm, das all dies prüft
${missing(damagedSince)}
Wie Sie prüfen
  1. Besorgen Sie sich den Fingerabdruck des Schlüssels von FinTrack von anderswo als aus dieser Datei: von
     ${keysAddress}
     oder von dort, wo Sie ihn beim Abschluss notiert haben. Unter derselben Adresse steht der SHA-256 von verify.mjs.
     Ein Programm, das jemand Ihnen mit einer gefälschten Akte gibt, würde sie gutheißen: vergleichen Sie es, oder
     nehmen Sie das aus einer eigenen Akte.
  2. Mit Node.js ab Version 20 oder mit Bun:
       node verify.mjs <diese Zip-Datei> --key <Fingerabdruck>
     Hat FinTrack den Schlüssel seither gewechselt, nennen Sie jeden: --key … --key …
  3. Jede Mail über die Schuld nennt die Länge des Protokolls und seinen letzten Hash, als "n:hash". Haben Sie eine:
       node verify.mjs <diese Zip-Datei> --key <Fingerabdruck> --head <n:hash>
     Nur das zeigt, ob FinTrack selbst etwas weggelassen oder umgeschrieben hat, was vor dieser Mail geschah.

Was es sagt
  PROVEN                          (endet mit 0)  bewiesen: jedes Byte ist so, wie FinTrack es signiert hat
  CONSISTENT, ORIGIN NOT PROVEN   (endet mit 2)  stimmig, aber ohne Fingerabdruck könnte jeder sie erstellt haben
  NOT PROVEN                      (endet mit 1)  etwas stimmt nicht; jeder Fehler ist genannt

Als die Akte erstellt wurde, endete das Protokoll mit
  ${head}
`;

const missing = (damagedSince: ReadmeFacts["damagedSince"]): string =>
  damagedSince === null
    ? ""
    : `
Was fehlt
  evidence.age        das Video. Am ${minuteOf(damagedSince)} hat eine Prüfung ergeben, dass bei FinTrack nicht mehr liegt,
                      was eingereicht wurde. Was es war, steht als SHA-256 im Protokoll. Findet eine Prüfung es
                      wiederhergestellt, so ist es in einer neuen Akte
`;
