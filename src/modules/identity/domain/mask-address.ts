/** Stands for the rest of a local part, however long it is: the length would tell something, too. */
const mask = "***";

/** "emir.kaya@example.org" -> "e***@example.org": enough to recognise a user, too little to write to. */
export function maskAddress(address: string): string {
  const at = address.lastIndexOf("@");
  const [first = ""] = address.slice(0, Math.max(0, at));
  return `${first}${mask}${at < 0 ? "" : address.slice(at)}`;
}
