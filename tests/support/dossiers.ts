import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipDirectory, zipHeader } from "#modules/gbs/domain/canonical-zip";
import {
  chainLine,
  manifestName,
  sealManifest,
  signatureName,
  valueLine,
} from "#modules/gbs/domain/dossier";
import { crc32 } from "#modules/gbs/gateways/checksums";
import { type CustodySigner, createCustodySigner } from "#modules/gbs/gateways/custody-signer";
import { openKeyring } from "#platform/keyring/keyring";
import { type chainOf, testDebtId } from "./custody-chains.ts";
import { createTestClock } from "./test-app.ts";

export type Files = ReadonlyMap<string, Uint8Array>;
export type Head = { readonly length: number; readonly hash: string };

/** What the verifier gives to whoever imports it. */
export type Verdict = {
  readonly faults: readonly string[];
  readonly signers: readonly { readonly fingerprint: string; readonly isNamed: boolean }[];
  readonly manifest?: { readonly debt: string };
};

export const verifierPath = join(import.meta.dir, "../../src/modules/gbs/verifier/verify.mjs");
const verifier: {
  verifyDossier(
    zip: Buffer,
    asked?: { readonly keys?: readonly string[]; readonly heads?: readonly Head[] },
  ): Verdict;
} = await import(verifierPath);

export const verifyDossier = verifier.verifyDossier;

/** The verifier as people run it: copied to a directory of its own, with nothing of ours in its environment. */
export async function runVerifier(
  runtime: string,
  zip: Uint8Array,
  args: readonly string[] = [],
  program?: Uint8Array,
) {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-verifier-"));
  try {
    await Bun.write(join(directory, "verify.mjs"), program ?? Bun.file(verifierPath));
    await Bun.write(join(directory, "dossier.zip"), zip);
    const run = Bun.spawn([Bun.which(runtime) ?? "", "verify.mjs", "dossier.zip", ...args], {
      ...{ cwd: directory, env: {}, stdin: "ignore", stdout: "pipe", stderr: "pipe" },
    });
    const [output, complaint, code] = await Promise.all([
      new Response(run.stdout).text(),
      new Response(run.stderr).text(),
      run.exited,
    ]);
    return { code, output, complaint };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A signer with a key of its own, as another installation has one. */
export function openTestSigner(): CustodySigner & { readonly fingerprint: string } {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-signer-"));
  try {
    const path = join(directory, "keyring.json");
    const keyring = openKeyring(
      { source: "file", path, create: true },
      { clock: createTestClock() },
    );
    const signer = createCustodySigner(keyring);
    return { ...signer, fingerprint: signer.publicKeys()[0]?.fingerprint ?? "" };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export const sha256Of = (bytes: Uint8Array | string): string =>
  createHash("sha256").update(bytes).digest("hex");

/** All that a dossier says, without its manifest. */
export const contentOf = (
  chain: Pick<ReturnType<typeof chainOf>, "entries" | "values">,
  signer: Pick<CustodySigner, "publicKeys">,
  documents: Files = new Map(),
): Files =>
  new Map<string, Uint8Array>([
    ["README.txt", Buffer.from("How to verify\n")],
    ["custody.jsonl", Buffer.from(chain.entries.map(chainLine).join(""))],
    ["keys.json", Buffer.from(JSON.stringify({ keys: signer.publicKeys() }))],
    ["values.json", Buffer.from(`[${chain.values.map(valueLine).join(",\n")}]`)],
    ["verify.mjs", Buffer.from("// the verifier\n")],
    ...documents,
  ]);

/** With a manifest of these files by whoever signs. */
export function sealed(content: Files, chain: Head, signer: Pick<CustodySigner, "sign">): Files {
  const files = [...content]
    .map(([name, bytes]) => ({ name, sizeBytes: bytes.length, sha256: sha256Of(bytes) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const facts = {
    ...{ debtId: testDebtId, madeAt: createTestClock().now(), chain, files },
    madeFor: { role: "lender", id: testDebtId } as const,
  };
  const { manifest, signature } = sealManifest(facts, signer);
  return new Map([
    ...content,
    [manifestName, Buffer.from(manifest)],
    [signatureName, Buffer.from(signature)],
  ]);
}

/** The container alone, without a look at what is in it. */
export function packed(files: Files): Buffer {
  const members = [...files]
    .map(([name, bytes]) => ({ name, bytes, sizeBytes: bytes.length, crc32: crc32(bytes) }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const parts = members.flatMap((member) => [zipHeader(member), member.bytes]);
  return Buffer.concat([...parts, zipDirectory(members)]);
}

/** The files of a zip that is as we write it. */
export function unpacked(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
    const begin = at + 30 + zip.readUInt16LE(at + 26);
    const end = begin + zip.readUInt32LE(at + 18);
    files.set(zip.toString("latin1", at + 30, begin), zip.subarray(begin, end));
    at = end;
  }
  return files;
}
