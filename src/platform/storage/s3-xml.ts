import { XMLParser, XMLValidator } from "fast-xml-parser";

/** An element by its path; a name that several elements of one parent have gives a list. */
export type XmlNode = unknown;

const several = new Set(["Contents", "Upload"]);
const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => several.has(name),
});

/** Undefined for what is no XML. */
export function parseXml(text: string): XmlNode {
  return XMLValidator.validate(text) === true ? parser.parse(text) : undefined;
}

/** What stands at the end of a path of names; undefined when there is nothing. */
export function nodeAt(node: XmlNode, ...path: readonly string[]): XmlNode {
  let found = node;
  for (const name of path)
    found =
      typeof found === "object" && found !== null && Object.hasOwn(found, name)
        ? (found as Readonly<Record<string, unknown>>)[name]
        : undefined;
  return found;
}

export function textAt(node: XmlNode, ...path: readonly string[]): string | undefined {
  const found = nodeAt(node, ...path);
  return typeof found === "string" ? found : undefined;
}

export function listAt(node: XmlNode, ...path: readonly string[]): readonly XmlNode[] {
  const found = nodeAt(node, ...path);
  return Array.isArray(found) ? found : [];
}

export const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const codePattern = /^[A-Za-z0-9.]{1,64}$/;

/** The code of an error document; null when it is none, or the code looks like none. */
export function errorCodeOf(text: string): string | null {
  const code = textAt(parseXml(text), "Error", "Code");
  return code !== undefined && codePattern.test(code) ? code : null;
}
