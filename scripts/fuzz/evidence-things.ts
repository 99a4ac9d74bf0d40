import { Decrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import {
  accepted,
  active,
  beginUpload,
  consentVersion,
  type People,
  type Person,
  post,
  recorded,
  review,
  type Thing,
  watched,
} from "./debt-steps.ts";
import type { Things } from "./things.ts";

/** Of an upload that is never sent. */
const anyBytes = 100;

/**
 * For each operation on recordings one in the state that it needs, with the fuzzer as the borrower who makes it, the
 * operator who reviews it, or the lender to whom it is handed over. What comes after a default is not there: no debt made
 * today is overdue.
 */
export const prepareEvidence = async (people: People): Promise<Things> => ({
  RECORDING_CONSENT: await consentVersion(people.fuzzer),
  ...(await prepareUploads(people)),
  ...(await prepareReviews(people)),
  ...(await prepareHandOver(people)),
});

/** Two uploads may be on their way: one is there to be cancelled, one is left to be begun. */
async function prepareUploads({ fuzzer, counterparty }: People): Promise<Things> {
  const debt = await accepted(counterparty, fuzzer);
  const sent = await recorded(counterparty, fuzzer);
  return {
    RECORD_DEBT_ID: debt.id,
    // While nothing is on its way to it.
    DRAW_DEBT_ID: (await accepted(counterparty, fuzzer)).id,
    CONSENT_DEBT_ID: (await accepted(counterparty, fuzzer)).id,
    CANCEL_UPLOAD_ID: (await beginUpload(fuzzer, debt, anyBytes)).id,
    UPLOAD_ID: sent.evidence.id,
    UPLOAD_OFFSET: String(sent.sizeBytes),
  };
}

/** Of others' debts: nobody reviews his own. */
async function prepareReviews({ fuzzer, otherAdmin, third }: People): Promise<Things> {
  const waiting = async () => (await recorded(otherAdmin, third)).evidence;
  const claimed = async () => review<Thing>(fuzzer, await waiting(), "claim");
  const decide = await waiting();
  await watched(fuzzer, decide);
  const { playbackId, token } = await watched(fuzzer, await waiting());
  return {
    CLAIM_EVIDENCE_ID: (await waiting()).id,
    END_CLAIM_EVIDENCE_ID: (await claimed()).id,
    PLAY_EVIDENCE_ID: (await claimed()).id,
    DECIDE_EVIDENCE_ID: decide.id,
    PLAYBACK_ID: playbackId,
    PLAYBACK_TOKEN: token,
  };
}

/** The fuzzer lends. */
async function prepareHandOver({ fuzzer, otherAdmin, counterparty }: People): Promise<Things> {
  const approved = () => active(otherAdmin, fuzzer, counterparty);
  const revealed = async (debt: Thing) =>
    (await post<{ key: string }>(fuzzer, `/v1/debts/${debt.id}/evidence/key`)).key;
  const [print, acknowledge] = [await approved(), await approved()];
  const toProve = await accepted(fuzzer, counterparty);
  const { recipient, proof } = await provable(fuzzer, toProve);
  return {
    REVEAL_DEBT_ID: (await approved()).id,
    PRINT_DEBT_ID: print.id,
    PRINT_KEY: await revealed(print),
    ACKNOWLEDGE_DEBT_ID: acknowledge.id,
    ACKNOWLEDGE_KEY: await revealed(acknowledge),
    NAME_DEBT_ID: (await accepted(fuzzer, counterparty)).id,
    PROVE_DEBT_ID: toProve.id,
    RECIPIENT: recipient,
    PROOF: proof,
  };
}

/** A key of the lender's own, named and not yet proven. */
async function provable({ client }: Person, { id }: Thing) {
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const path = `/v1/debts/${id}/evidence/recipient`;
  const { body } = await client.put<{ challenge: string }>(path, { recipient });
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const challenge = new Uint8Array(Buffer.from(body.challenge, "base64"));
  return { recipient, proof: await decrypter.decrypt(challenge, "text") };
}
