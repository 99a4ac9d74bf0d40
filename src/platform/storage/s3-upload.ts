import type { ObjectPart } from "./object-parts.ts";
import type { S3Client } from "./s3-client.ts";
import { S3Failure } from "./s3-failure.ts";
import { errorCodeOf, escapeXml, listAt, parseXml, textAt } from "./s3-xml.ts";

/** Tells one upload from another that stored under the same key. */
const markHeader = "x-amz-meta-upload";
/** Whoever uploads one object has long given up. */
const staleMs = 24 * 3_600_000;

/** At once: whoever has just stored something waits for it. */
const maxAbandoned = 20;

type Upload = { readonly key: string; readonly id: string };

/**
 * Stores the parts as one object: it is there, whole, when the last request is answered, and not before. A failure gives
 * the parts up.
 */
export async function uploadParts(
  client: S3Client,
  object: { readonly key: string; readonly mark: string },
  parts: AsyncIterable<ObjectPart>,
): Promise<void> {
  const { key, mark } = object;
  const begun = await client.ask({
    ...{ method: "POST", key, query: { uploads: "" }, headers: { [markHeader]: mark } },
    // A second one would leave the first behind.
    repeatable: false,
  });
  const id = textAt(parseXml(begun.text), "InitiateMultipartUploadResult", "UploadId");
  if (!id) throw new S3Failure("POST object uploads", 200, "NoUploadId");
  const upload = { key, id };
  try {
    const etags: string[] = [];
    for await (const part of parts) etags.push(await sendPart(client, upload, part, etags.length));
    await complete(client, upload, etags, mark);
  } catch (error) {
    await abandon(client, upload).catch(() => {});
    throw error;
  }
}

async function sendPart(
  client: S3Client,
  { key, id }: Upload,
  { bytes, sha256 }: ObjectPart,
  before: number,
): Promise<string> {
  const { headers } = await client.ask({
    ...{ method: "PUT", key, query: { partNumber: `${before + 1}`, uploadId: id } },
    ...{ body: bytes, sha256, timeoutMs: client.limits.transferMs },
  });
  const etag = headers.get("etag");
  if (etag === null) throw new S3Failure("PUT object partNumber", 200, "NoETag");
  return etag;
}

async function complete(
  client: S3Client,
  { key, id }: Upload,
  etags: readonly string[],
  mark: string,
): Promise<void> {
  const parts = etags.map(
    (etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  const body = Buffer.from(
    `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join("")}</CompleteMultipartUpload>`,
  );
  try {
    const { text } = await client.ask({
      ...{ method: "POST", key, query: { uploadId: id }, body },
      ...{ headers: { "content-type": "application/xml" }, timeoutMs: client.limits.transferMs },
    });
    // It begins to answer before it is done: a failure may come with status 200.
    if (textAt(parseXml(text), "CompleteMultipartUploadResult", "ETag") === undefined)
      throw new S3Failure("POST object uploadId", 200, errorCodeOf(text));
  } catch (error) {
    // The answer of a first try may have been lost: then the upload is gone because it is done.
    const { headers } = await client.ask({ method: "HEAD", key }).catch(() => {
      throw error;
    });
    if (headers.get(markHeader) !== mark) throw error;
  }
}

const abandon = (client: S3Client, { key, id }: Upload) =>
  client.ask({ method: "DELETE", key, query: { uploadId: id } });

/** Gives up parts that the dead have left. What cannot be given up now is tried again the next time. */
export async function abandonStale(client: S3Client, nowMs: number): Promise<void> {
  const query = { uploads: "", "max-uploads": `${maxAbandoned}` };
  const { text } = await client.ask({ method: "GET", query, repeatable: false });
  for (const upload of listAt(parseXml(text), "ListMultipartUploadsResult", "Upload")) {
    const [key, id] = [textAt(upload, "Key"), textAt(upload, "UploadId")];
    const begunMs = Date.parse(textAt(upload, "Initiated") ?? "");
    if (key && id && begunMs < nowMs - staleMs) await abandon(client, { key, id }).catch(() => {});
  }
}
