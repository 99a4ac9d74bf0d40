import { minuteOf, type ReadmeFacts } from "./facts.ts";

export const en = ({
  debt,
  keysAddress,
  head,
  damagedSince,
}: ReadmeFacts): string => `FinTrack: dossier of a debt
${debt}

What this is
  Everything that FinTrack recorded of this debt, in a form that shows every change made afterwards. Whoever has it can
  check it without FinTrack.

What is in it
  agreement-1.pdf, …  the agreement; a higher number after each change of the terms
  receipt-….pdf       the receipt, once everything is paid
  evidence.age        the video, for the lender alone, from a default on. It opens with the lender's key, and the program
                      of https://age-encryption.org asks for it: age --decrypt --output video evidence.age
  custody.jsonl       the log: a line for each step, with the SHA-256 of the step before it and FinTrack's signature.
                      Free texts and addresses stand in it only as salted SHA-256
  values.json         those of these texts that are disclosed to you, with their salts
  keys.json           the public keys that the signatures are verified with
  manifest.json       all files with their sizes and SHA-256, for whom this was made, and where the log ends
  manifest.sig        FinTrack's signature of the manifest
  verify.mjs          the program that checks all of this
${missing(damagedSince)}
How to check it
  1. Get the fingerprint of FinTrack's key from elsewhere than this file: from
     ${keysAddress}
     or from where you noted it when the debt was agreed. The same address has the SHA-256 of verify.mjs. A program that
     somebody gave you with a forged dossier would approve of it: compare, or take it from a dossier of your own.
  2. With Node.js 20 or later, or with Bun:
       node verify.mjs <this zip> --key <fingerprint>
     When FinTrack has changed its key since, name every one of them: --key … --key …
  3. Each mail about the debt states the length of the log and its last hash, as "n:hash". If you have such a mail:
       node verify.mjs <this zip> --key <fingerprint> --head <n:hash>
     This alone shows whether FinTrack itself has left out or rewritten what came before that mail.

What it says
  PROVEN                          (ends with 0)  every byte is as FinTrack signed it
  CONSISTENT, ORIGIN NOT PROVEN   (ends with 2)  no fingerprint was given: anybody could have made it
  NOT PROVEN                      (ends with 1)  something is wrong; each fault is named

When this was made, the log ended with
  ${head}
`;

const missing = (damagedSince: ReadmeFacts["damagedSince"]): string =>
  damagedSince === null
    ? ""
    : `
What is missing
  evidence.age        the video. On ${minuteOf(damagedSince)} a check found that what FinTrack stores is not what was submitted.
                      What it was stands in the log, as SHA-256. Once a check finds it mended, a new dossier has it
`;
