import type { S3Client } from "./s3-client.ts";
import { S3Failure } from "./s3-failure.ts";
import { parseXml, textAt, type XmlNode } from "./s3-xml.ts";

/** Buckets that cannot be used as they are, a line each; names buckets and codes, never a credential. */
export class StorageSetupError extends Error {
  override readonly name = "StorageSetupError";
}

type Buckets = { readonly objects: S3Client; readonly volatile: S3Client };

/**
 * Both buckets can be read, and nothing that is deleted from the volatile one lives on as a version. Fails closed: a
 * server that cannot say whether a bucket keeps versions is not believed to keep none. Throws {@link StorageSetupError}.
 */
export async function requireUsableBuckets({ objects, volatile }: Buckets): Promise<void> {
  const faults = [
    ...(await readingFaults("S3_BUCKET", objects)),
    ...(await readingFaults("S3_VOLATILE_BUCKET", volatile)),
  ];
  // One fault of a connection says enough.
  if (faults.length === 0)
    faults.push(...(await versioningFaults(volatile)), ...(await lockFaults(volatile)));
  if (faults.length > 0)
    throw new StorageSetupError(
      `The object storage has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
    );
}

async function readingFaults(name: string, client: S3Client): Promise<string[]> {
  const list = { "list-type": "2", "max-keys": "1" };
  const answer = await told(client, list);
  if (answer instanceof S3Failure) return [`${name} cannot be read: ${answer.message}`];
  return textAt(answer, "ListBucketResult", "IsTruncated") === undefined
    ? [`${name} answers with something that is no list: is S3_ENDPOINT an S3 server?`]
    : [];
}

const keeps =
  "S3_VOLATILE_BUCKET keeps versions of what is deleted: use a bucket that never had versioning";

/** GetBucketVersioning. The second name of its answer is the one of the API's SOAP form, which servers use as well. */
const versioningRoots = ["VersioningConfiguration", "GetBucketVersioningResponse"];

async function versioningFaults(client: S3Client): Promise<string[]> {
  const answer = await told(client, { versioning: "" });
  const unknown = "S3_VOLATILE_BUCKET cannot be asked whether it keeps versions";
  if (answer instanceof S3Failure) return [`${unknown}: ${answer.message}`];
  const root = versioningRoots.find((name) => isRoot(answer, name));
  if (root === undefined) return [`${unknown}: its answer is none that S3 gives`];
  // Enabled or Suspended: either way some may be there.
  return textAt(answer, root, "Status") === undefined ? [] : [keeps];
}

const isRoot = (document: XmlNode, name: string): boolean =>
  typeof document === "object" && document !== null && Object.hasOwn(document, name);

/** GetObjectLockConfiguration. A lock holds versions only: a server that knows no locks has none. */
async function lockFaults(client: S3Client): Promise<string[]> {
  const answer = await told(client, { "object-lock": "" });
  if (!(answer instanceof S3Failure))
    return textAt(answer, "ObjectLockConfiguration", "ObjectLockEnabled") === undefined
      ? []
      : ["S3_VOLATILE_BUCKET has object lock: use a bucket that never had it"];
  const none =
    answer.code === "ObjectLockConfigurationNotFoundError" ||
    answer.code === "NotImplemented" ||
    answer.status === 501;
  return none
    ? []
    : [`S3_VOLATILE_BUCKET cannot be asked whether it has object lock: ${answer.message}`];
}

async function told(
  client: S3Client,
  query: Readonly<Record<string, string>>,
): Promise<XmlNode | S3Failure> {
  try {
    return parseXml((await client.ask({ method: "GET", query })).text);
  } catch (error) {
    if (error instanceof S3Failure) return error;
    throw error;
  }
}
