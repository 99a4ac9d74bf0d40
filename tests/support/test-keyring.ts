import { createHash, createHmac } from "node:crypto";
import type { Keyring } from "#platform/keyring/keyring";
import { openWith, sealingKeyId, sealWith } from "#platform/keyring/sealing";

const mac = (purpose: string, data: string) =>
  createHmac("sha256", `test key for ${purpose}`).update(data).digest("hex");
const sealingKey = (purpose: string) =>
  createHash("sha256").update(`test sealing key for ${purpose}`).digest();
const kid = "7e57000000000000";

/** A keyring without a file: fixed keys, so that a test can say what a MAC must be. */
export const testKeyring: Pick<
  Keyring,
  "hmac" | "verifyHmac" | "seal" | "open" | "isSealedWithActiveKey"
> = {
  hmac: mac,
  verifyHmac: (purpose, data, given) => mac(purpose, data) === given,
  seal: (purpose, plaintext, context) => sealWith(sealingKey(purpose), kid, plaintext, context),
  open: (purpose, sealed, context) => openWith(sealingKey(purpose), sealed, context),
  isSealedWithActiveKey: (_purpose, sealed) => sealingKeyId(sealed) === kid,
};
