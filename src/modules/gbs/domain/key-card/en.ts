import type { KeyCardTexts } from "./key-card-texts.ts";

export const en: KeyCardTexts = {
  title: "Key to the video of a debt",
  warning:
    "Keep this page where you keep what nobody may see. Only this key opens the video: FinTrack has no copy of it, nor of this page. Whoever loses it after typing it back cannot open the video any more.",
  lender: "Lender, who has this key",
  borrower: "Borrower, who is in the video",
  amount: "Amount",
  debt: "Debt",
  generation: "Key number; earlier ones open nothing",
  recording: "Video",
  bytes: "bytes",
  sha256: "SHA-256 of the opened video",
  header: "SHA-256 of the header that this key opens",
  madeAt: "Made",
  howTo: "How to open the video",
  steps: (command) => [
    "Before a default nobody is shown the video. Type the key back once at the debt in FinTrack: then FinTrack destroys its own, and only this one is left.",
    "After a default: unlock the video with the key at the debt, or download it there. The dossier has it, too, as evidence.age.",
    `Without FinTrack: install the program “age” (https://age-encryption.org) and run: ${command}`,
    "It asks for a passphrase: that is the key, in capital letters and with its hyphens, as it is printed here.",
    "Compare the SHA-256 of the opened file with the one above. The dossier’s verifier says what was recorded of it.",
  ],
};
