import type { NotificationText } from "#platform/notify/notifications";

/** Under every message: why a row of digits stands in it. */
const custody =
  "Custody log after this step: {chain}. Keep this message: with it you can show later that nothing in the log was changed.";
const action = { label: "Open the debt", url: "{link}" } as const;
const closing = [custody] as const;

/** English, which also names the kinds that the other languages must have. */
export const en = {
  "gbs.offer_received": {
    subject: "{person} offers you an agreement on a debt",
    paragraphs: [
      "{person} asks you to agree that you owe {money}. Nothing is agreed until you accept it, and there is no interest and no late fee.",
      "Look at the plan and the description, then accept or decline. If you do nothing, the offer lapses: {time}.",
    ],
    action: { label: "Look at the offer", url: "{link}" },
    closing: [
      "If you do not know {person}, or owe nothing, decline the offer. You can also report it, or block whoever sent it.",
      custody,
    ],
  },
  "gbs.offer_invited": {
    subject: "{person} invites you to agree on a debt at FinTrack",
    paragraphs: [
      "{person} has given us this address and asks its owner to agree to owing {money}. Nothing is agreed, and nothing will be, unless you accept it.",
      "To see the offer, create an account with this address. The offer lapses by itself: {time}.",
    ],
    action: { label: "Go to FinTrack", url: "{link}" },
    closing: [
      "If this means nothing to you, ignore this message: you owe nothing by it, and need not answer.",
      custody,
    ],
  },
  "gbs.offer_accepted": {
    subject: "{person} has accepted your offer",
    paragraphs: [
      "{person} has agreed to owing you {money} for “{about}”. The agreement will follow as a document.",
    ],
    action,
    closing,
  },
  "gbs.offer_declined": {
    subject: "Your offer of {money} was declined",
    paragraphs: [
      "Your offer to {address} about {money} was declined. Nothing is agreed. What is not right about it, you can ask there; a new offer is possible at any time.",
    ],
    action,
    closing,
  },
  "gbs.offer_withdrawn": {
    subject: "{person} has withdrawn an offer",
    paragraphs: [
      "{person} has withdrawn the offer about {money}. Nothing is agreed, and you need do nothing.",
    ],
    closing,
  },
  "gbs.offer_expired": {
    subject: "Your offer of {money} has lapsed",
    paragraphs: [
      "Nobody has answered your offer to {address} about {money} in time. Nothing is agreed; you can offer it again.",
    ],
    action,
    closing,
  },
  "gbs.agreement_ready": {
    subject: "Agreement with {person}: the document is ready",
    paragraphs: [
      "The agreement between you and {person} about {money} for “{about}” is ready as a PDF file, with the plan, and the consent of both with its time.",
    ],
    action: { label: "Open the agreement", url: "{link}" },
    closing: ["Save the file where you will find it again.", custody],
  },
  "gbs.amendment_proposed": {
    subject: "{person} proposes other terms",
    paragraphs: [
      "{person} proposes to change the terms of the debt of {money} for “{about}”. Until you accept, the present ones hold.",
      "The reason given: {reason}",
    ],
    action: { label: "Look at the terms", url: "{link}" },
    closing,
  },
  "gbs.amendment_accepted": {
    subject: "{person} has accepted your terms",
    paragraphs: [
      "{person} has accepted the terms that you proposed. The debt for “{about}” is now {money}, by the new plan. The new agreement will follow as a document.",
    ],
    action,
    closing,
  },
  "gbs.amendment_declined": {
    subject: "{person} has declined your terms",
    paragraphs: [
      "{person} has declined the terms that you proposed for the debt of {money} for “{about}”. The present ones hold.",
    ],
    action,
    closing,
  },
  "gbs.payment_claimed": {
    subject: "{person} says: {money} paid",
    paragraphs: [
      "{person} says that {money} of the debt for “{about}” were paid to you. Day: {day}. Reference: {reference}.",
      "Please look whether the money has arrived, and confirm or contest it. It counts when you confirm it.",
    ],
    action: { label: "Confirm or contest", url: "{link}" },
    closing,
  },
  "gbs.payment_confirmed": {
    subject: "{person} confirms your payment of {money}",
    paragraphs: [
      "{person} confirms that {money} of the debt for “{about}” have arrived. Day of payment: {day}. Still open: {outstanding}.",
    ],
    action,
    closing,
  },
  "gbs.payment_contested": {
    subject: "{person} contests your payment of {money}",
    paragraphs: [
      "{person} says that {money} of the debt for “{about}” have not arrived. Day of payment that you stated: {day}.",
      "The reason given: {reason}",
      "The payment does not count at present. It can still be confirmed once the matter is settled between you.",
    ],
    action,
    closing,
  },
  "gbs.cancellation_proposed": {
    subject: "{person} proposes to cancel a debt",
    paragraphs: [
      "{person} proposes to end the debt for “{about}” without payment of what is still open: {outstanding}. It ends only if you agree.",
      "The reason given: {reason}",
    ],
    action: { label: "Look at the proposal", url: "{link}" },
    closing,
  },
  "gbs.cancellation_accepted": {
    subject: "{person} agrees: the debt is cancelled",
    paragraphs: [
      "{person} has agreed to your proposal. The debt of {money} for “{about}” is cancelled, and nothing of it is owed any more.",
    ],
    action,
    closing,
  },
  "gbs.cancellation_declined": {
    subject: "{person} does not agree to the cancellation",
    paragraphs: [
      "{person} has declined your proposal to cancel the debt for “{about}”. It goes on; still open: {outstanding}.",
    ],
    action,
    closing,
  },
  "gbs.dispute_raised": {
    subject: "{person} objects to a debt",
    paragraphs: [
      "{person} objects to the debt for “{about}”, of which {outstanding} are open. The objection is recorded and changes no amounts.",
      "The reason given: {reason}",
    ],
    action,
    closing,
  },
  "gbs.due_soon": {
    subject: "{money} to {person} due: {day}",
    paragraphs: [
      "You owe {person} {money} of the debt for “{about}”. Due by the end of this day: {day}.",
      "Once you have paid, say so at the debt, so that {person} can confirm it.",
    ],
    action,
    closing,
  },
  "gbs.overdue_borrower": {
    subject: "Your payment to {person} is overdue",
    paragraphs: [
      "You still owe {person} {money} of the debt for “{about}”, which were due on this day: {day}.",
      "If you have paid, say so at the debt. If you cannot, propose other terms: {person} decides whether this becomes a default. There is no late fee.",
    ],
    action,
    closing,
  },
  "gbs.overdue_lender": {
    subject: "The payment of {person} is overdue",
    paragraphs: [
      "{person} still owes you {money} of the debt for “{about}”, which were due on this day: {day}. No payment that you have confirmed covers them.",
      "If the money has arrived, confirm the payment. Otherwise you can agree on other terms, or declare a default once a day has passed.",
    ],
    action,
    closing,
  },
  "gbs.defaulted": {
    subject: "{person} has declared a default",
    paragraphs: [
      "{person} has declared that you are in default with the debt for “{about}”. Still open: {outstanding}. No fee and no interest are added.",
      "You can still pay: say so at the debt, and with the last confirmed payment it is settled.",
    ],
    action,
    closing,
  },
  "gbs.settled": {
    subject: "Settled: the debt between you and {person}",
    paragraphs: [
      "The debt of {money} for “{about}” between you and {person} is paid and settled. Nothing of it is owed any more.",
    ],
    action: { label: "Open the receipt", url: "{link}" },
    closing: ["The receipt lists all confirmed payments. Save it with the agreement.", custody],
  },
  "gbs.consent_withdrawn": {
    subject: "{person} does not want to be recorded: the debt is cancelled",
    paragraphs: [
      "{person} has taken back the consent to being recorded. The debt of {money} for “{about}” did not bind anybody yet: it is cancelled, and what was recorded will be destroyed. A new offer is possible at any time.",
    ],
    action,
    closing,
  },
  "gbs.evidence_wanted": {
    subject: "Next for your agreement with {person}: a short video",
    paragraphs: [
      "You have agreed to owing {person} {money} for “{about}”. It binds both of you once you have said so in a short video and one of our operators has approved it.",
      "Open the debt on a device with a camera: there you find the sentence to say, with words that hold for one day.",
    ],
    action: { label: "Go to the recording", url: "{link}" },
    closing: [
      "The video is encrypted while it is sent. {person} can open it only after a default, with a key of their own; after the approval we keep none.",
      custody,
    ],
  },
  "gbs.evidence_submitted": {
    subject: "Video received: your agreement with {person}",
    paragraphs: [
      "The video for the debt of {money} for “{about}” between you and {person} has arrived whole, and its fingerprint (SHA-256) stands in the custody log. An operator looks at it next; you need do nothing.",
    ],
    action,
    closing,
  },
  "gbs.evidence_unusable": {
    subject: "Please record the video for {person} again",
    paragraphs: [
      "The video that you sent for the debt of {money} to {person} for “{about}” did not reach us unharmed, and we have deleted it. This is no fault of yours, and it does not count as sent back.",
    ],
    action: { label: "Go to the recording", url: "{link}" },
    closing,
  },
  "gbs.evidence_sent_back": {
    subject: "Your video for {person} needs another take",
    paragraphs: [
      "An operator could not approve your video for the debt of {money} to {person} for “{about}”. Please record it again, with the new sentence that you find at the debt.",
      "The reason given: {reason}",
    ],
    action: { label: "Go to the recording", url: "{link}" },
    closing,
  },
  "gbs.evidence_refused": {
    subject: "Not binding: the agreement between you and {person}",
    paragraphs: [
      "An operator has refused the video for the debt of {money} for “{about}” between you and {person}. Nothing is agreed, and the video will be deleted. A new offer is possible at any time.",
      "The reason given: {reason}",
    ],
    action,
    closing,
  },
  "gbs.evidence_approved": {
    subject: "Approved: fetch the key to the video of {person}",
    paragraphs: [
      "The video of {person} is approved, and the debt of {money} for “{about}” binds you both. Only you are to be able to open the video: fetch your key at the debt, keep it, and type it back once. Then we destroy the last key that we have.",
      "Print the key, or write it down. Nobody can give it to you again: whoever loses it after typing it back cannot open the video any more, and we cannot either.",
    ],
    action: { label: "Fetch the key", url: "{link}" },
    closing: ["The key is in no mail, and we never ask for it by mail or by telephone.", custody],
  },
  "gbs.key_revealed": {
    subject: "A key to the video of {person} was shown",
    paragraphs: [
      "A key to the video for the debt of {money} from {person} for “{about}” was shown in your account. Keys that were shown before it open nothing any more. Type the new one back at the debt, so that we can destroy ours.",
    ],
    action,
    closing: [
      "If this was not you: change your password, end all sessions, and fetch a new key at once.",
      custody,
    ],
  },
  "gbs.key_reminder": {
    subject: "Still open: your key to the video of {person}",
    paragraphs: [
      "The video for the debt of {money} from {person} for “{about}” is approved, but you have not typed a key back yet. Until you do, it is not sealed: we can still open it, and you have nothing to open it with.",
      "Fetch the key at the debt, print it or write it down, and type it back once.",
    ],
    action: { label: "Fetch the key", url: "{link}" },
    closing: ["The key is in no mail, and we never ask for it by mail or by telephone.", custody],
  },
  "gbs.evidence_sealed": {
    subject: "Sealed: the video in your agreement with {person}",
    paragraphs: [
      "The video for the debt of {money} for “{about}” between you and {person} is sealed. Our last key to it is destroyed: only the lender’s key opens it from now on, and FinTrack shows it only after a default.",
    ],
    action,
    closing,
  },
  "gbs.evidence_damaged": {
    subject: "Stored video damaged: your agreement with {person}",
    paragraphs: [
      "We have looked whether the stored video for the debt of {money} for “{about}” between you and {person} is still as it was sent, and it is not. We are looking for the cause. The agreement holds, and so does what the custody log says of it.",
    ],
    action,
    closing,
  },
  "gbs.evidence_destroyed": {
    subject: "Deleted: a video in your agreement with {person}",
    paragraphs: [
      "A video that was recorded for the debt of {money} for “{about}” between you and {person} is deleted, with everything that could open it. The custody log keeps its fingerprint.",
    ],
    action,
    closing,
  },
  "gbs.text_hidden": {
    subject: "The description of one of your offers was hidden",
    paragraphs: [
      "The description of your offer to {address} about {money} was reported, and we have hidden it. Amounts and days stay as they are.",
    ],
    action,
    closing,
  },
} as const satisfies Readonly<Record<string, NotificationText>>;
