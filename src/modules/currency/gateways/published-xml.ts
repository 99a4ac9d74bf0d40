import { XMLParser } from "fast-xml-parser";
import type { Fail } from "./feed.ts";
import { isJsonObject, type JsonObject } from "./published-json.ts";

/**
 * Reads an XML document below its root element `root`. Attributes become keys with "@", every value stays text, and
 * the elements named in `lists` are arrays however many there are. Entities are not expanded: rates need none.
 */
export function readXml(
  body: string,
  root: string,
  lists: readonly string[],
  fail: Fail,
): JsonObject {
  const document = parseDocument(body, lists);
  if (document === undefined || "html" in document || "HTML" in document)
    throw fail("not_xml", "the answer is not an XML document");
  const found = document[root];
  if (!isJsonObject(found)) throw fail("malformed", `the document has no ${root} element`);
  return found;
}

function parseDocument(body: string, lists: readonly string[]): JsonObject | undefined {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    removeNSPrefix: true,
    parseTagValue: false,
    parseAttributeValue: false,
    processEntities: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    isArray: (name) => lists.includes(name),
  });
  try {
    const document: unknown = parser.parse(body, true);
    return isJsonObject(document) && Object.keys(document).length > 0 ? document : undefined;
  } catch {
    return undefined; // not well-formed: a page, a cut body
  }
}
