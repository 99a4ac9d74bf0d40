import type { AppError } from "#platform/kernel/errors";
import type { GbsDeps } from "../deps.ts";
import { type ZipMember, zipDirectory, zipHeader } from "../domain/canonical-zip.ts";
import { utf8 } from "../domain/custody.ts";
import { type DossierFile, manifestName, sealManifest, signatureName } from "../domain/dossier.ts";
import { gbsErrors } from "../errors.ts";

type Deps = Pick<GbsDeps, "custodySigner" | "newSha256" | "crc32" | "logger">;

/** A file of a dossier, read as often as it is opened, the same bytes each time. */
export type DossierSource = {
  readonly name: string;
  /** What its bytes must come to (hex), of what was made before. */
  readonly expected?: string;
  open(): AsyncIterable<Uint8Array>;
  /** What has to be done before the first byte of the dossier leaves, once all of it was found. */
  beforeSent?(): Promise<void>;
};
type Measured = DossierSource & DossierFile & ZipMember;

/**
 * The zip, made while it is sent. Every file is read twice: what it comes to stands before it, and in the manifest, before
 * its first byte. Throws before the first chunk what cannot be read at all.
 */
export async function* writeDossier(
  deps: Deps,
  facts: Omit<Parameters<typeof sealManifest>[0], "files">,
  sources: readonly DossierSource[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const listed: Measured[] = [];
  for (const source of sources.toSorted(byName)) listed.push(await measure(deps, source));
  const files = listed.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 }));
  const { manifest, signature } = sealManifest({ ...facts, files }, deps.custodySigner);
  const signed = [
    await measure(deps, textSource(manifestName, manifest)),
    await measure(deps, textSource(signatureName, signature)),
  ];
  const all = [...listed, ...signed].toSorted(byName);
  for (const { beforeSent } of sources) await beforeSent?.();
  for (const file of all) {
    yield zipHeader(file);
    yield* asMeasured(deps, file);
  }
  yield zipDirectory(all);
}

export const textSource = (name: string, text: string): DossierSource =>
  bytesSource(name, utf8(text));

export const bytesSource = (name: string, bytes: Uint8Array): DossierSource => ({
  name,
  async *open() {
    yield bytes;
  },
});

/** Better none than a dossier that its own verifier objects to. */
export function unavailable({ logger }: Pick<Deps, "logger">, name: string): AppError {
  logger.error({ document: name }, "a document of a debt is missing, or not as it was made");
  return gbsErrors.fail("file_unavailable", "A document is missing at present; try again later.");
}

const byName = (a: DossierSource, b: DossierSource): number => (a.name < b.name ? -1 : 1);

async function measure(deps: Deps, source: DossierSource): Promise<Measured> {
  const hash = deps.newSha256();
  let [sizeBytes, crc] = [0, 0];
  for await (const chunk of source.open()) {
    hash.update(chunk);
    crc = deps.crc32(chunk, crc);
    sizeBytes += chunk.length;
  }
  const sha256 = hash.hex();
  if (sha256 !== (source.expected ?? sha256)) throw unavailable(deps, source.name);
  return { ...source, sizeBytes, sha256, crc32: crc };
}

/** Nothing that its header does not announce. */
async function* asMeasured(
  deps: Pick<Deps, "crc32">,
  file: Measured,
): AsyncGenerator<Uint8Array, void, undefined> {
  let [sizeBytes, crc] = [0, 0];
  for await (const chunk of file.open()) {
    crc = deps.crc32(chunk, crc);
    sizeBytes += chunk.length;
    yield chunk;
  }
  if (sizeBytes !== file.sizeBytes || crc !== file.crc32)
    throw new Error(`${file.name} of a dossier has changed while it was sent`);
}
