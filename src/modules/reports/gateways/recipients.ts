import { envelopeAddress } from "#platform/mail/mail-address";
import { mailName } from "#platform/mail/plain-line";
import type { Recipients } from "../deps.ts";

/** As for everybody whom strangers can have us write to. */
const maxNameCharacters = 40;

export const recipients: Recipients = {
  nameOf: (text) => ([...text.trim()].length > maxNameCharacters ? null : mailName(text)),
  addressOf(text) {
    const address = text.trim().normalize("NFC");
    const envelope = envelopeAddress(address);
    // "root@localhost" is a mailbox of our own machine.
    return envelope?.slice(envelope.lastIndexOf("@")).includes(".") ? address : null;
  },
};
