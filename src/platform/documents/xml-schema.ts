import { fileURLToPath } from "node:url";

/** Of XML documents of version 1. */
export const xmlNamespace = "urn:fintrack:document:1";

/** What XML documents call their schema, and under which name it should be served. */
export const xmlSchemaName = "fintrack-document-1.xsd";

/** The published XML Schema 1.0 that every XML document is valid against. */
export const xmlSchemaPath = fileURLToPath(new URL(`./xml/${xmlSchemaName}`, import.meta.url));
