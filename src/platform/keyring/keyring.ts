import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";
import { existsSync, statSync } from "node:fs";
import type { Config } from "../config.ts";
import type { Clock } from "../kernel/clock.ts";
import { addSeconds, epochMs, type Instant } from "../kernel/time.ts";
import {
  generateEntry,
  type KeyEntry,
  type KeyKind,
  type KeyPurpose,
  KeyringError,
  keyPurposes,
  lastingKinds,
  type PurposeOf,
  parseEntries,
} from "./key-entries.ts";
import { createKeyringFile, readKeyringFile, replaceKeyringFile } from "./keyring-file.ts";
import { openWith, sealingKeyId, sealWith } from "./sealing.ts";

export { KeyringError };

/** A node looks for a changed file this often, */
const reloadSeconds = 30;
/** so a new key is announced this long before the first node uses it, */
const announceSeconds = 600;
/**
 * and the old one is still believed this long afterwards (idempotency records live a day, links at most weeks).
 * Keys of {@link lastingKinds} are kept for good.
 */
const overlapSeconds = 30 * 86_400;

export type KeyPair = {
  readonly kid: string;
  readonly activeFrom: Instant;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
};

/** The only home of keys. Nothing here ever returns the bytes of a symmetric key. */
export type Keyring = {
  /**
   * HMAC-SHA256 under the purpose's active key, lower-case hex. With `at` under the key that was active then: what was
   * made once can be made again, whatever was rotated meanwhile.
   */
  hmac(purpose: PurposeOf<"symmetric">, data: string, at?: Instant): string;
  /** Whether `mac` was made by any key of the purpose that is not retired; compares in constant time. */
  verifyHmac(purpose: PurposeOf<"symmetric">, data: string, mac: string): boolean;
  /**
   * Encrypts under the purpose's active key (AES-256-GCM) and says in the result which key that was. `context` ties it
   * to its place (a row's id, say): whoever moves it elsewhere cannot open it there.
   */
  seal(purpose: PurposeOf<"sealing">, plaintext: string, context: string): string;
  /** What {@link seal} was given, whenever that was; null for what was not sealed for this purpose and context. */
  open(purpose: PurposeOf<"sealing">, sealed: string, context: string): string | null;
  /** False for what an older key sealed: whoever opens it may seal it anew. */
  isSealedWithActiveKey(purpose: PurposeOf<"sealing">, sealed: string): boolean;
  /**
   * Pairs of the purpose that are not retired: with a purpose of kind `signing` all that ever were. The first is the one
   * to sign with. Throws for purposes that have none.
   */
  pairs(purpose: string): readonly KeyPair[];
};

type Options = {
  readonly clock: Clock;
  /** Purposes and kinds; tests bring their own. */
  readonly purposes?: Readonly<Record<string, KeyKind>>;
};

/**
 * Opens the keyring of the configuration. With `create` (development) a missing file or purpose is generated;
 * otherwise either stops the start with an Error that says what to run.
 */
export function openKeyring(source: Config["keyring"], options: Options): Keyring {
  const purposes = options.purposes ?? keyPurposes;
  const load = source.source === "inline" ? loadInline(source.value) : loadFile(source.path);
  if (source.source === "file" && source.create) addMissing(source.path, purposes, options.clock);
  const first = load();
  const missing = missingPurposes(first, purposes);
  if (missing.length > 0)
    throw new KeyringError(`no key for ${missing.join(", ")}; run: bun run keys:create`);
  return keyringOver(watched(load, first, source, options.clock), options.clock);
}

/**
 * Adds a key to the file for `purpose`; nodes pick it up within {@link reloadSeconds} and use it after
 * {@link announceSeconds}. The first key of a purpose is active at once. Gives the new key's id and times.
 */
export function rotateKey(
  path: string,
  purpose: string,
  options: Options,
): { readonly kid: string; readonly activeFrom: Instant } {
  const kind = (options.purposes ?? keyPurposes)[purpose as KeyPurpose];
  if (!kind)
    throw new KeyringError(`no such purpose; known: ${Object.keys(keyPurposes).join(", ")}`);
  const entries = existsSync(path) ? readKeyringFile(path) : [];
  const created = options.clock.now();
  const isFirst = !entries.some((entry) => entry.purpose === purpose);
  const activeFrom = isFirst ? created : addSeconds(created, announceSeconds);
  const added = generateEntry(purpose, kind, { created, activeFrom });
  const kept = entries.map((entry) =>
    entry.purpose === purpose && !lastingKinds.includes(entry.kind) && entry.retired === null
      ? { ...entry, retired: addSeconds(activeFrom, overlapSeconds) }
      : entry,
  );
  if (existsSync(path)) replaceKeyringFile(path, [...kept, added]);
  else createKeyringFile(path, [...kept, added]);
  return { kid: added.kid, activeFrom };
}

const loadInline = (value: string) => {
  const entries = parseEntries(value);
  return () => entries;
};
const loadFile = (path: string) => () => {
  if (!existsSync(path)) throw new KeyringError(`${path} does not exist; run: bun run keys:create`);
  return readKeyringFile(path);
};

/** Makes the file, or the keys in it that this release needs and that are missing. Gives their purposes. */
export function createKeys(path: string, options: Options): readonly string[] {
  return addMissing(path, options.purposes ?? keyPurposes, options.clock);
}

function missingPurposes(
  entries: readonly KeyEntry[],
  purposes: Readonly<Record<string, KeyKind>>,
) {
  return Object.keys(purposes).filter(
    (purpose) =>
      !entries.some((entry) => entry.purpose === purpose && entry.kind === purposes[purpose]),
  );
}

function addMissing(
  path: string,
  purposes: Readonly<Record<string, KeyKind>>,
  clock: Clock,
): readonly string[] {
  const entries = existsSync(path) ? readKeyringFile(path) : [];
  const now = clock.now();
  const missing = missingPurposes(entries, purposes);
  const added = missing.map((purpose) =>
    generateEntry(purpose, purposes[purpose] ?? "symmetric", { created: now, activeFrom: now }),
  );
  if (entries.length === 0) createKeyringFile(path, added);
  else if (added.length > 0) replaceKeyringFile(path, [...entries, ...added]);
  return missing;
}

/** The entries, read again when the file has changed. A file that cannot be read leaves the known keys in use. */
function watched(
  load: () => KeyEntry[],
  first: KeyEntry[],
  source: Config["keyring"],
  clock: Clock,
): () => readonly KeyEntry[] {
  if (source.source === "inline") return () => first;
  /** A new file may be as old as the one it replaced, as far as the file system's clock tells. */
  const version = () => {
    const file = statSync(source.path, { throwIfNoEntry: false });
    return file && `${file.ino} ${file.mtimeMs} ${file.size}`;
  };
  let known = { entries: first, version: version(), checkedMs: epochMs(clock.now()) };
  return () => {
    const nowMs = epochMs(clock.now());
    if (nowMs - known.checkedMs < reloadSeconds * 1000) return known.entries;
    known = { ...known, checkedMs: nowMs };
    const found = version();
    if (found === undefined || found === known.version) return known.entries;
    try {
      known = { ...known, entries: load(), version: found };
    } catch {
      // Half-edited by hand, perhaps: better the keys we have than none; the next look tries again.
    }
    return known.entries;
  };
}

function keyringOver(entries: () => readonly KeyEntry[], clock: Clock): Keyring {
  const derived = new Map<string, Buffer>();
  const pairsByKid = new Map<string, KeyPair>();

  /** Not retired; the one active at `at` first, those announced then last. */
  function usable(purpose: string, at?: Instant): KeyEntry[] {
    const now = clock.now();
    const rank = (entry: KeyEntry) => (entry.activeFrom <= (at ?? now) ? 0 : 1);
    return entries()
      .filter(
        (entry) => entry.purpose === purpose && (entry.retired === null || entry.retired > now),
      )
      .toSorted((a, b) => rank(a) - rank(b) || (a.activeFrom < b.activeFrom ? 1 : -1));
  }
  function derive(entry: KeyEntry): Buffer {
    const known = derived.get(entry.kid);
    if (known) return known;
    const secret = Buffer.from(entry.material, "base64url");
    const key = Buffer.from(hkdfSync("sha256", secret, "", `fintrack/${entry.purpose}/v1`, 32));
    derived.set(entry.kid, key);
    return key;
  }
  const macOf = (entry: KeyEntry, data: string) =>
    createHmac("sha256", derive(entry)).update(data).digest();
  function active(purpose: string, at?: Instant): KeyEntry {
    const [first] = usable(purpose, at);
    if (!first) throw new KeyringError(`no key in use for ${purpose}`);
    return first;
  }

  return {
    hmac: (purpose, data, at) => macOf(active(purpose, at), data).toString("hex"),
    verifyHmac(purpose, data, mac) {
      if (!/^[0-9a-f]{64}$/.test(mac)) return false;
      const given = Buffer.from(mac, "hex");
      return usable(purpose).some((entry) => timingSafeEqual(macOf(entry, data), given));
    },
    seal(purpose, plaintext, context) {
      const entry = active(purpose);
      return sealWith(derive(entry), entry.kid, plaintext, context);
    },
    open(purpose, sealed, context) {
      const kid = sealingKeyId(sealed);
      const entry = usable(purpose).find((one) => one.kid === kid);
      return entry ? openWith(derive(entry), sealed, context) : null;
    },
    isSealedWithActiveKey: (purpose, sealed) => sealingKeyId(sealed) === active(purpose).kid,
    pairs(purpose) {
      return usable(purpose).map((entry) => {
        if (entry.kind === "symmetric" || entry.kind === "sealing")
          throw new TypeError(`${purpose} has no key pair`);
        const known = pairsByKid.get(entry.kid);
        if (known) return known;
        const der = Buffer.from(entry.material, "base64url");
        const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
        const { kid, activeFrom } = entry;
        const pair = { kid, activeFrom, privateKey, publicKey: createPublicKey(privateKey) };
        pairsByKid.set(entry.kid, pair);
        return pair;
      });
    },
  };
}
