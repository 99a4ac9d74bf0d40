import type { KeyCardTexts } from "./key-card-texts.ts";

export const de: KeyCardTexts = {
  title: "Schlüssel zum Video einer Schuld",
  warning:
    "Bewahren Sie diese Seite dort auf, wo liegt, was niemand sehen darf. Nur dieser Schlüssel öffnet das Video: FinTrack hat keine Kopie davon, auch nicht von dieser Seite. Wer ihn nach der Eingabe verliert, kann das Video nicht mehr öffnen.",
  lender: "Gläubigerseite, mit diesem Schlüssel",
  borrower: "Schuldnerseite, im Video zu sehen",
  amount: "Betrag",
  debt: "Schuld",
  generation: "Nummer des Schlüssels; frühere öffnen nichts",
  recording: "Video",
  bytes: "Bytes",
  sha256: "SHA-256 des geöffneten Videos",
  header: "SHA-256 des Kopfes, den der Schlüssel öffnet",
  madeAt: "Erstellt",
  howTo: "So öffnen Sie das Video",
  steps: (command) => [
    "Vor einem Verzug bekommt niemand das Video zu sehen. Geben Sie den Schlüssel einmal bei der Schuld in FinTrack ein: Dann vernichtet FinTrack den eigenen, und nur dieser bleibt.",
    "Nach einem Verzug: Öffnen Sie das Video bei der Schuld mit dem Schlüssel, oder laden Sie es dort herunter. Auch das Dossier enthält es, als evidence.age.",
    `Ohne FinTrack: Installieren Sie das Programm „age“ (https://age-encryption.org) und rufen Sie auf: ${command}`,
    "Es fragt nach einer Passphrase: Das ist der Schlüssel, in Großbuchstaben und mit Bindestrichen, wie er hier steht.",
    "Vergleichen Sie die SHA-256 der geöffneten Datei mit der oben. Was dazu protokolliert wurde, sagt das Prüfprogramm im Dossier.",
  ],
};
