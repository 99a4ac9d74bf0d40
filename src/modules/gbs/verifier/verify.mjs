#!/usr/bin/env node
// Checks a FinTrack dossier by itself: with Node.js 20 or later, or Bun; no server, no database, no other file.
//
//   node verify.mjs <dossier.zip> --key <fingerprint> [--key …] [--head <n:hash>] [--head …]
//
// --key   SHA-256 of a public key of FinTrack's, 64 hexadecimal digits, known from elsewhere than the dossier:
//         https://<FinTrack>/.well-known/fintrack-keys.json, a lawyer's file, a print from the day of the agreement.
// --head  "n:hash" as it stands in FinTrack's mails about the debt: how long the log was then, and its last hash.
//
// Ends with 0 when everything is proven, 1 when anything is wrong, 2 when all is consistent but no key was given, so
// that anybody could have made it, 64 when it was called wrongly.
//
// Formats: ZIP (PKWARE APPNOTE 6.3.3, stored files only), SHA-256 (FIPS 180-4), Ed25519 (RFC 8032), JSON with one
// spelling (RFC 8785). A log entry's signature is of "fintrack-custody-v1\n" and the entry's text, the manifest's of
// "fintrack-dossier-v1\n" and the manifest. The recording is an age v1 file (https://age-encryption.org/v1): a header for
// whoever may open it, and a payload that is the same behind every header; the log has the SHA-256 of both.
import { createHash, createPublicKey, verify as verifySignature } from "node:crypto";
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

const usage =
  "usage: verify.mjs <dossier.zip> --key <fingerprint> [--key …] [--head <n:hash>] [--head …]";
const firstHash = "0".repeat(64);
const unlisted = ["manifest.json", "manifest.sig"];
const required = ["README.txt", "custody.jsonl", "keys.json", "values.json", "verify.mjs"];
const recordingName = "evidence.age";

/**
 * What is wrong with a dossier, and what it says. `keys`: fingerprints; `heads`: `{ length, hash }`.
 * `signers`: the keys whose signatures hold everything together, each with `isNamed`.
 */
export function verifyDossier(zip, { keys = [], heads = [] } = {}) {
  const faults = [];
  const fail = (where, what) => faults.push(`${where}: ${what}`);
  const { files, fault } = readZip(zip);
  if (fault) fail("the zip", fault);
  if (!files) return { faults, signers: [] };

  const missing = [...required, ...unlisted].filter((name) => !files.has(name));
  for (const name of missing) fail(name, "is missing");
  if (missing.length > 0) return { faults, signers: [] };

  const known = readKeys(files.get("keys.json"), fail);
  const signers = new Map();
  const isSigned = (prefix, bytes, { kid, signature }) => {
    const key = known.get(kid);
    if (!key || !/^[0-9a-f]{128}$/.test(signature)) return false;
    signers.set(kid, {
      kid,
      fingerprint: key.fingerprint,
      isNamed: keys.includes(key.fingerprint),
    });
    const signed = Buffer.concat([Buffer.from(prefix), bytes]);
    return verifySignature(null, signed, key.publicKey, Buffer.from(signature, "hex"));
  };

  const manifest = readManifest(files, isSigned, fail);
  if (!manifest) return { faults, signers: [...signers.values()] };
  checkFiles(files, manifest, fail);
  const entries = readChain(files.get("custody.jsonl"), manifest.debt, isSigned, fail);
  const last = headOf(entries, entries.length);
  if (manifest.chain?.length !== last.length || manifest.chain?.hash !== last.hash)
    fail(
      "manifest.json",
      `the log should end with ${headText(manifest.chain)}, and ends with ${headText(last)}`,
    );
  const salted = checkValues(files.get("values.json"), entries, fail);
  const documents = checkDocuments(files, entries, fail);
  const recording = checkRecording(files.get(recordingName), entries, fail);
  for (const head of heads) checkHead(head, entries, fail);
  if (keys.length > 0)
    for (const { kid, fingerprint, isNamed } of signers.values())
      if (!isNamed)
        fail("keys.json", `key ${kid} has signed, and you did not name it (${fingerprint})`);
  const said = { manifest, entries, documents, recording, salted };
  return { faults, signers: [...signers.values()], ...said };
}

// ---- The zip: files as they are, one after the other in the order of their names, with nothing around them.

/** The files by name. A zip has one spelling: it is made anew from them and must be the same to the last byte. */
function readZip(zip) {
  const files = new Map();
  const headers = [];
  let at = 0;
  while (at + 30 <= zip.length && zip.readUInt32LE(at) === 0x04034b50) {
    const [size, nameLength] = [zip.readUInt32LE(at + 18), zip.readUInt16LE(at + 26)];
    const begin = at + 30 + nameLength;
    const name = zip.toString("latin1", at + 30, begin);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name))
      return { fault: `byte ${at}: a file without a proper name` };
    if (files.has(name)) return { fault: `${name} stands in it twice` };
    if (begin + size > zip.length) return { fault: `${name} is cut off` };
    headers.push({ name, from: at, to: begin });
    files.set(name, zip.subarray(begin, begin + size));
    at = begin + size;
  }
  if (files.size === 0) return { fault: "this is none" };
  const names = [...files.keys()];
  const disordered = names.find((name, index) => index > 0 && name < names[index - 1]);
  if (disordered) return { files, fault: `${disordered} is not in its place` };
  const place = differenceTo(zip, zipParts(files));
  if (place < 0) return { files };
  const header = headers.find(({ from, to }) => from <= place && place < to);
  const part = header ? `in the header of ${header.name}` : "in the directory at its end";
  return { files, fault: `byte ${place}, ${part}, is not as it is written for these files` };
}

/** Where they first differ; -1 when they are the same. Compared in pieces: a recording is not held twice. */
function differenceTo(zip, parts) {
  let at = 0;
  for (const part of parts) {
    const there = zip.subarray(at, at + part.length);
    if (!there.equals(part)) {
      const differs = part.findIndex((byte, index) => byte !== there[index]);
      return at + (differs < 0 ? there.length : differs);
    }
    at += part.length;
  }
  return at === zip.length ? -1 : at;
}

function zipParts(files) {
  const [parts, directory] = [[], []];
  let offset = 0;
  for (const [name, bytes] of files) {
    const numbers = Buffer.alloc(26);
    numbers.writeUInt16LE(10, 0); // version that is needed: 1.0
    numbers.writeUInt16LE(0x0021, 8); // 1 January 1980, 0:00
    numbers.writeUInt32LE(crc32(bytes), 10);
    numbers.writeUInt32LE(bytes.length, 14);
    numbers.writeUInt32LE(bytes.length, 18);
    numbers.writeUInt16LE(name.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    const text = Buffer.from(name, "latin1");
    parts.push(Buffer.from("PK\x03\x04"), numbers, text, bytes);
    directory.push(Buffer.from("PK\x01\x02\x0a\x00"), numbers, place, text);
    offset += 30 + text.length + bytes.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.size, 4);
  end.writeUInt16LE(files.size, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return [...parts, listed, Buffer.from("PK\x05\x06"), end];
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

// ---- What is in it

/** Public keys by their id. */
function readKeys(bytes, fail) {
  const known = new Map();
  const list = readJson(bytes)?.keys;
  if (!Array.isArray(list)) fail("keys.json", "is no list of keys");
  for (const key of Array.isArray(list) ? list : []) {
    const raw = Buffer.from(String(key?.publicKey), "base64url");
    if (raw.length !== 32 || known.has(key.kid) || sha256(raw) !== key.fingerprint) {
      fail("keys.json", `key ${key?.kid} is not the one of its fingerprint`);
      continue;
    }
    const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
    const publicKey = createPublicKey({ key: der, format: "der", type: "spki" });
    known.set(key.kid, { publicKey, fingerprint: key.fingerprint });
  }
  return known;
}

function readManifest(files, isSigned, fail) {
  const [bytes, signature] = unlisted.map((name) => files.get(name));
  const seal = readJson(signature);
  if (
    !seal ||
    `${canonicalJson(seal)}\n` !== signature.toString() ||
    Object.keys(seal).join() !== "kid,signature"
  )
    fail("manifest.sig", "is no signature");
  else if (!isSigned("fintrack-dossier-v1\n", bytes, seal))
    fail("manifest.json", "is not what manifest.sig signs with a key of keys.json");
  const manifest = readJson(bytes);
  if (manifest?.v === 1 && Array.isArray(manifest.files)) return manifest;
  fail("manifest.json", "is none that this verifier knows");
  return undefined;
}

function checkFiles(files, manifest, fail) {
  const listed = new Map(manifest.files.map((file) => [file?.name, file]));
  if (listed.size < manifest.files.length) fail("manifest.json", "lists a file twice");
  for (const [name, bytes] of files) {
    if (unlisted.includes(name)) continue;
    const file = listed.get(name);
    if (!file) fail(name, "is not in the manifest");
    else if (file.sizeBytes !== bytes.length || file.sha256 !== sha256(bytes))
      fail(name, "is not the file that the manifest lists: its bytes were changed");
  }
  for (const name of listed.keys())
    if (!files.has(name)) fail(name, "is in the manifest, and missing");
}

/** The entries of the log. A line: the entry's text as it was signed, its hash, who signed it, the signature. */
function readChain(bytes, debt, isSigned, fail) {
  const entries = [];
  const text = readText(bytes) ?? "";
  if (!text.endsWith("\n")) fail("custody.jsonl", "does not end with a whole line");
  let prev = firstHash;
  for (const [index, line] of text.split("\n").slice(0, -1).entries()) {
    const seq = index + 1;
    const failHere = (what) => fail(`custody.jsonl, entry ${seq}`, what);
    const written = readJson(Buffer.from(line));
    const entry =
      typeof written?.entry === "string" ? readJson(Buffer.from(written.entry)) : undefined;
    if (!entry || canonicalJson(written) !== line || canonicalJson(entry) !== written.entry)
      failHere("cannot be read, or is spelt in another way than it was signed");
    const { entry: own = line, hash, ...signature } = written ?? {};
    const signed = Buffer.from(String(own));
    const actual = sha256(signed);
    if (hash !== actual) failHere("its hash is not that of its text");
    if (!isSigned("fintrack-custody-v1\n", signed, signature))
      failHere("is not signed by a key of keys.json");
    if (entry?.v !== 1 || entry.debt !== debt) failHere("is not of this debt");
    if (entry?.seq !== seq)
      failHere(`is entry ${entry?.seq}: entries are missing, added or in another order`);
    if (entry?.prev !== prev)
      failHere("does not follow the entry before it: its `prev` is another hash");
    entries.push({ ...entry, hash: actual });
    prev = actual;
  }
  return entries;
}

/** Disclosed values are those whose hash stands in the log. */
function checkValues(bytes, entries, fail) {
  const hashed = entries.flatMap(({ seq, data }) =>
    Object.entries(data ?? {}).flatMap(([name, value]) =>
      isSalted(value) ? [`${seq} ${name}`] : [],
    ),
  );
  const values = readJson(bytes);
  if (!Array.isArray(values)) fail("values.json", "is no list");
  const seen = new Set();
  for (const one of Array.isArray(values) ? values : []) {
    const where = `values.json, ${one?.name} of entry ${one?.seq}`;
    const stated = entries[one?.seq - 1]?.data?.[one?.name];
    if (seen.has(`${one?.seq} ${one?.name}`)) fail(where, "stands there twice");
    seen.add(`${one?.seq} ${one?.name}`);
    const salted = Buffer.concat([
      Buffer.from(String(one?.salt), "hex"),
      Buffer.from(String(one?.value)),
    ]);
    if (!isSalted(stated) || !/^[0-9a-f]{32}$/.test(one.salt) || sha256(salted) !== stated.sha256)
      fail(where, "is not what the log has the hash of");
  }
  return { disclosed: seen.size, all: hashed.length };
}
const isSalted = (value) => typeof value?.sha256 === "string";

/** Every document that the log says was made is there as it was made, and no other. */
function checkDocuments(files, entries, fail) {
  const made = new Map();
  for (const { kind, data } of entries)
    if (kind === "document_made")
      made.set(`${data?.document}-${data?.termsVersion}.pdf`, data ?? {});
  for (const [name, { sha256: hash, sizeBytes }] of made) {
    const bytes = files.get(name);
    if (!bytes) fail(name, "was made, as the log says, and is missing");
    else if (bytes.length !== sizeBytes || sha256(bytes) !== hash)
      fail(name, "is not the document that the log says was made");
  }
  for (const name of files.keys())
    if (!made.has(name) && ![...required, ...unlisted, recordingName].includes(name))
      fail(name, "is a document that the log knows nothing of");
  return [...made.keys()];
}

/**
 * The recording is the one that was submitted and approved, behind the last header that was made for the lender. What it
 * shows is known to whoever has his key: `sha256` is of the opened file. Undefined when none was approved.
 */
function checkRecording(bytes, entries, fail) {
  const dataOf = (...kinds) =>
    entries.filter(({ kind }) => kinds.includes(kind)).map(({ data }) => data ?? {});
  const approved = dataOf("evidence_approved").at(-1);
  const submitted = dataOf("evidence_submitted").findLast(
    ({ evidence }) => approved && evidence === approved.evidence,
  );
  if (!submitted) {
    if (bytes) fail(recordingName, "is a recording that the log knows nothing of");
    return undefined;
  }
  const { sha256: opened, sizeBytes, mediaType } = submitted;
  const recording = { sha256: opened, sizeBytes, mediaType, isThere: bytes !== undefined };
  if (!bytes) return recording;
  const header = bytes.subarray(0, ageHeaderLength(bytes));
  const made = dataOf("key_revealed", "sealed").findLast(
    ({ evidence, headerSha256 }) => evidence === submitted.evidence && headerSha256,
  );
  if (header.length === 0) fail(recordingName, "is no age file: its header has no end");
  else if (sha256(header) !== made?.headerSha256)
    fail(recordingName, "its header is not the last one that the log says was made for the lender");
  const payload = bytes.subarray(header.length);
  const wanted = agePayloadSize(sizeBytes);
  if (header.length > 0 && payload.length !== wanted)
    fail(recordingName, `behind its header are ${payload.length} bytes instead of ${wanted}`);
  else if (sha256(payload) !== submitted.payloadSha256)
    fail(recordingName, "its payload is not the one that the log says was submitted");
  return recording;
}

/** Through the line that begins with "---" and ends a header, which has at most 4 KiB; 0 when there is none. */
function ageHeaderLength(bytes) {
  const start = bytes.subarray(0, 4096);
  const footer = start.indexOf("\n---");
  return footer < 0 ? 0 : start.indexOf("\n", footer + 1) + 1;
}

/** A nonce of 16 bytes, then chunks of 64 KiB, each with 16 bytes that authenticate it. */
const agePayloadSize = (sizeBytes) =>
  16 + Number(sizeBytes) + 16 * Math.max(1, Math.ceil(Number(sizeBytes) / 65536));

function checkHead(head, entries, fail) {
  if (head.length > entries.length)
    fail(
      "custody.jsonl",
      `ends with entry ${entries.length}: those up to ${head.length} of your head are missing`,
    );
  else if (headOf(entries, head.length).hash !== head.hash)
    fail(
      `custody.jsonl, entry ${head.length}`,
      "is not the one of your head: the log was written anew",
    );
}

const headOf = (entries, length) => ({ length, hash: entries[length - 1]?.hash ?? firstHash });
const headText = (head) => `${head?.length}:${head?.hash}`;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function readText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
function readJson(bytes) {
  try {
    return JSON.parse(readText(bytes));
  } catch {
    return undefined;
  }
}
function canonicalJson(value) {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name])}`).join(",")}}`;
}

// ---- The command

function readArguments(args) {
  const asked = { keys: [], heads: [], paths: [] };
  for (let index = 0; index < args.length; index += 1) {
    const [name, value = ""] = [args[index], args[index + 1]];
    if (name === "--key" && /^[0-9a-f]{64}$/i.test(value)) asked.keys.push(value.toLowerCase());
    else if (name === "--head" && /^\d{1,9}:[0-9a-f]{64}$/i.test(value)) {
      const [length, hash] = value.toLowerCase().split(":");
      asked.heads.push({ length: Number(length), hash });
    } else if (name.startsWith("-")) return undefined;
    else {
      asked.paths.push(name);
      continue;
    }
    index += 1;
  }
  return asked.paths.length === 1 ? asked : undefined;
}

function linesOf({ sha256: opened, sizeBytes, mediaType, isThere }) {
  const facts = `${mediaType}, ${sizeBytes} bytes, SHA-256 ${opened}`;
  return isThere
    ? [
        `Recording: evidence.age; with the lender's key it opens to ${facts}`,
        "  age --decrypt --output recording evidence.age   (https://age-encryption.org asks for the key)",
      ]
    : [`Recording: not in this dossier; it was approved: ${facts}`];
}

/** What others wrote does not steer a terminal. */
const say = (line = "") => console.log(line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?"));

function run(args) {
  const asked = readArguments(args);
  if (!asked) {
    console.error(usage);
    return 64;
  }
  let zip;
  try {
    zip = readFileSync(asked.paths[0]);
  } catch (error) {
    console.error(`${asked.paths[0]} cannot be read: ${error.code}`);
    return 64;
  }
  const {
    faults,
    signers,
    manifest,
    entries = [],
    documents = [],
    recording,
    salted,
  } = verifyDossier(zip, asked);
  if (manifest) {
    say(`Debt ${manifest.debt}; made at ${manifest.madeAt} for its ${manifest.madeFor?.role}`);
    for (const { seq, at, actor, kind } of entries) say(`  ${seq}  ${at}  ${actor?.role}  ${kind}`);
    say(`Head of the log: ${headText(headOf(entries, entries.length))}`);
    say(`Documents: ${documents.join(", ") || "none"}`);
    for (const line of recording ? linesOf(recording) : []) say(line);
    say(
      `Texts and addresses: ${salted.disclosed} disclosed, of ${salted.all} that the log has hashes of`,
    );
    for (const { kid, fingerprint } of signers) say(`Signed with key ${kid}: ${fingerprint}`);
  }
  if (faults.length > 0) {
    say(`NOT PROVEN, ${faults.length === 1 ? "1 fault" : `${faults.length} faults`}:`);
    for (const fault of faults) say(`- ${fault}`);
    return 1;
  }
  if (asked.keys.length === 0) {
    say(
      "CONSISTENT, ORIGIN NOT PROVEN: anybody could have made it. Name the key's fingerprint, from elsewhere: --key",
    );
    return 2;
  }
  say("PROVEN: every byte is as FinTrack signed it with the key that you named.");
  if (asked.heads.length === 0)
    say("Whether entries are missing at the end of the log is told by --head alone.");
  return 0;
}

const isProgram =
  import.meta.main ??
  (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url));
if (isProgram) process.exitCode = run(process.argv.slice(2));
