/**
 * What a display name is found by, whoever types it: without case, without the marks of Latin letters, and with the
 * four i of Turkish (I ı İ i) as one. Computed here only, for storing and for asking; SQL lower-cases "İ" otherwise.
 */
export function displayNameKey(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD") // lower-casing may compose anew, and İ leaves a dot behind
    .replace(/[\u0300-\u036f]/g, "")
    .replaceAll("ı", "i")
    .replaceAll("ß", "ss")
    .replace(/\s+/g, " ");
}
