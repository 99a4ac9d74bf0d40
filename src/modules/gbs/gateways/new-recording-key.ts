import { newFileKey, newPayloadNonce } from "#platform/age/file-key";

/** For one recording, never for a second one. `payloadNonce`: hex. */
export const newRecordingKey = () => ({
  fileKey: newFileKey(),
  payloadNonce: newPayloadNonce().toHex(),
});
