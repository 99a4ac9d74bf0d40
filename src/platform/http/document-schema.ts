import { xmlSchemaName, xmlSchemaPath } from "../documents/xml-schema.ts";
import { assetRoutes, hidden, oneDay, pagePolicy, serveAsset } from "./assets.ts";

/** What XML documents name as their schema, for whoever checks one. */
export const documentSchemaRoutes = () => {
  const serve = serveAsset({
    ...{ type: "application/xml; charset=utf-8", cache: oneDay, policy: pagePolicy() },
    read: () => Bun.file(xmlSchemaPath).bytes(),
  });
  return assetRoutes("platform.document-schema").get(
    `/schemas/${xmlSchemaName}`,
    ({ request }) => serve(request),
    hidden,
  );
};
