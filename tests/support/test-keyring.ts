import { createHmac } from "node:crypto";
import type { Keyring } from "#platform/keyring/keyring";

const mac = (purpose: string, data: string) =>
  createHmac("sha256", `test key for ${purpose}`).update(data).digest("hex");

/** A keyring without a file: fixed keys, so that a test can say what a MAC must be. */
export const testKeyring: Pick<Keyring, "hmac" | "verifyHmac"> = {
  hmac: mac,
  verifyHmac: (purpose, data, given) => mac(purpose, data) === given,
};
