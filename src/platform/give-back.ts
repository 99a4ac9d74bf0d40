/**
 * Gives back the memory of bytes that were made for this caller alone, who reads them no more: at once rather than when
 * the collector comes by, which lets go by what many times outgrows what is in use. They are empty afterwards. A view of
 * a part of a buffer is left alone.
 */
export function giveBack(bytes: Uint8Array): void {
  const { buffer, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
