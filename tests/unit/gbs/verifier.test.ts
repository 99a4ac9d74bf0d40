import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type CustodyStep, signedBytes } from "#modules/gbs/domain/custody";
import { canonicalJson } from "#platform/kernel/canonical-json";
import { chainOf, idOf } from "../../support/custody-chains.ts";
import {
  contentOf,
  type Files,
  openTestSigner,
  packed,
  runVerifier,
  sealed,
  sha256Of,
  unpacked,
  verifierPath,
  verifyDossier,
} from "../../support/dossiers.ts";
import { describeWith, outputOf } from "../../support/programs.ts";

const signer = openTestSigner();
const stranger = openTestSigner();
const keys = [signer.fingerprint];

const lender = { role: "lender", id: idOf("01936f2e-7b3c-7a11-9d55-000000000001") } as const;
const borrower = { role: "borrower", id: idOf("01936f2e-7b3c-7a11-9d55-000000000002") } as const;
const clock = { role: "clock", id: null } as const;
const pdf = (text: string) => Buffer.from(`%PDF-1.7 ${text}`);
const documents = new Map([
  ["agreement-1.pdf", pdf("agreement")],
  ["receipt-1.pdf", pdf("receipt")],
]);
const made = (document: string): CustodyStep => {
  const bytes = documents.get(`${document}-1.pdf`) ?? Buffer.alloc(0);
  const data = { document, sha256: sha256Of(bytes), sizeBytes: bytes.length, termsVersion: 1 };
  return { kind: "document_made", actor: clock, data };
};
const text = (name: string, value: string) => ({ name, value, owner: "both" }) as const;
const offered: CustodyStep = {
  ...{ kind: "offered", actor: lender, data: { amount: "10.00" } },
  values: [text("description", "Für das Rad"), text("borrowerAddress", "b@example.com")],
};
const steps: readonly CustodyStep[] = [
  offered,
  { kind: "accepted", actor: borrower, data: {}, values: [text("client", "192.0.2.7")] },
  made("agreement"),
  {
    ...{ kind: "payment_claimed", actor: borrower, data: { amount: "10.00" } },
    values: [text("reference", "cash")],
  },
  { kind: "payment_confirmed", actor: lender, data: {} },
  { kind: "settled", actor: clock, data: {} },
  made("receipt"),
];
const chain = chainOf(
  steps.map((step) => [step]),
  signer,
);
const content = contentOf(chain, signer, documents);
const files = sealed(content, chain.head, signer);
const zip = packed(files);

const faultsOf = (changed: Buffer, asked: Parameters<typeof verifyDossier>[1] = { keys }) =>
  verifyDossier(changed, asked).faults;
/** By whoever has the key that signs dossiers: only what is inside can give it away. */
const resigned = (changed: Files, head = chain.head, by = signer) =>
  packed(sealed(changed, head, by));
const changed = (name: string, bytes: Uint8Array | string) =>
  new Map([...content, [name, Buffer.from(bytes)]]);
const lines = () =>
  (content.get("custody.jsonl") ?? Buffer.alloc(0)).toString().trimEnd().split("\n");
const withLines = (kept: readonly string[]) =>
  changed("custody.jsonl", kept.map((line) => `${line}\n`).join(""));
const values = () => JSON.parse((content.get("values.json") ?? Buffer.alloc(0)).toString());

describe("a dossier as it was made", () => {
  test("is proven, with the key that signed it and every head that a mail has stated", () => {
    const heads = [0, ...chain.entries.map(({ seq }) => seq)].map((length) => ({
      length,
      hash: chain.entries[length - 1]?.hash ?? "0".repeat(64),
    }));
    expect(faultsOf(zip, { keys, heads })).toEqual([]);
    expect(faultsOf(zip, { keys: [...keys, stranger.fingerprint] })).toEqual([]);
  });

  test("is consistent without a key, which proves no origin", () => {
    const { faults, signers } = verifyDossier(zip);
    expect(faults).toEqual([]);
    expect(signers.map(({ isNamed }) => isNamed)).toEqual([false]);
  });

  test("has nothing disclosed that the log has no hash of, however little that is", () => {
    expect(faultsOf(resigned(changed("values.json", "[]")))).toEqual([]);
    expect(faultsOf(resigned(changed("values.json", JSON.stringify(values().slice(1)))))).toEqual(
      [],
    );
  });
});

describe("a change of any byte is found", () => {
  const flipped = (place: number, by: number) => {
    const bytes = Buffer.from(zip);
    bytes[place] = (bytes[place] ?? 0) ^ by;
    return bytes;
  };

  test("anywhere in the zip", () => {
    fc.assert(
      fc.property(
        fc.nat({ max: zip.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (place, by) => {
          expect(faultsOf(flipped(place, by), {})).not.toEqual([]);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test("in each byte of what holds the files together", () => {
    const signature = zip.indexOf(files.get("manifest.sig") ?? "");
    let at = 0;
    const headers: number[] = [];
    for (const [name, bytes] of unpacked(zip)) {
      headers.push(...Array.from({ length: 30 + name.length }, (_, index) => at + index));
      at += 30 + name.length + bytes.length;
    }
    const directory = Array.from({ length: zip.length - at }, (_, index) => at + index);
    const seal = Array.from({ length: 180 }, (_, index) => signature + index);
    for (const place of [...headers, ...directory, ...seal])
      for (const by of [0x01, 0x20]) expect(faultsOf(flipped(place, by), {})).not.toEqual([]);
  });

  test("at its end: cut off, or with something behind", () => {
    for (let length = 0; length < zip.length; length += 97)
      expect(faultsOf(zip.subarray(0, length), {})).not.toEqual([]);
    for (const more of [Buffer.from([0]), zip]) {
      expect(faultsOf(Buffer.concat([zip, more]), {})).not.toEqual([]);
      expect(faultsOf(Buffer.concat([more, zip]), {})).not.toEqual([]);
    }
  });

  test("in any file of a zip that was made anew, and the file is named", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...files.keys()),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (name, place, by) => {
          const bytes = Buffer.from(files.get(name) ?? Buffer.alloc(0));
          const index = place % bytes.length;
          bytes[index] = (bytes[index] ?? 0) ^ by;
          const found = faultsOf(packed(new Map([...files, [name, bytes]])), {});
          expect(found.some((fault) => fault.includes(name))).toBe(true);
        },
      ),
      { numRuns: 600 },
    );
  });

  test("whatever it is given, it says what is wrong", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(faultsOf(Buffer.from(bytes))).not.toEqual([]);
      }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...files.keys()), fc.json(), (name, json) => {
        fc.pre(json !== files.get(name)?.toString());
        expect(faultsOf(packed(new Map([...files, [name, Buffer.from(json)]])))).not.toEqual([]);
        // Even signed: only what holds no evidence may be anything.
        const found = faultsOf(resigned(changed(name, json)));
        if (!["README.txt", "verify.mjs", "manifest.json", "manifest.sig"].includes(name))
          expect(found.length > 0 || (name === "values.json" && json.trim() === "[]")).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});

describe("an entry that says anything", () => {
  test("never stops the verifier, though every signature is right", () => {
    const anyMember = fc.constantFrom("v", "debt", "seq", "at", "actor", "kind", "data", "prev");
    const anyIndex = fc.nat({ max: chain.entries.length - 1 });
    fc.assert(
      fc.property(anyIndex, anyMember, fc.option(fc.jsonValue()), (index, member, value) => {
        const { text: own = "" } = chain.entries[index] ?? {};
        const { [member]: _, ...rest } = JSON.parse(own);
        const entry = canonicalJson(value === null ? rest : { ...rest, [member]: value });
        const line = { entry, hash: sha256Of(entry), ...signer.sign(signedBytes(entry)) };
        const changed = resigned(withLines(lines().with(index, canonicalJson(line))));
        expect(faultsOf(changed).length).toBeGreaterThan(entry === own ? -1 : 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe("files", () => {
  test("that are missing, added or renamed are named", () => {
    for (const name of files.keys()) {
      const fewer = new Map([...files].filter(([other]) => other !== name));
      expect(faultsOf(packed(fewer)).join()).toContain(`${name}: is`);
      const renamed = new Map([...fewer, [`x${name}`, files.get(name) ?? Buffer.alloc(0)]]);
      expect(faultsOf(packed(renamed)).join()).toContain(`${name}: is`);
    }
    const more = new Map([...files, ["receipt-2.pdf", pdf("receipt")]]);
    expect(faultsOf(packed(more))).toEqual([
      "receipt-2.pdf: is not in the manifest",
      "receipt-2.pdf: is a document that the log knows nothing of",
    ]);
  });

  test("that changed their contents with each other are found, though their manifest is signed", () => {
    const [agreement, receipt] = [...documents.values()];
    const swapped = new Map([
      ...content,
      ["agreement-1.pdf", receipt ?? Buffer.alloc(0)],
      ["receipt-1.pdf", agreement ?? Buffer.alloc(0)],
    ]);
    expect(faultsOf(resigned(swapped))).toEqual([
      "agreement-1.pdf: is not the document that the log says was made",
      "receipt-1.pdf: is not the document that the log says was made",
    ]);
  });

  test("are not accepted from another dossier of the same installation", () => {
    const other = sealed(contentOf(chainOf([[offered]], signer), signer), chain.head, signer);
    for (const name of ["custody.jsonl", "manifest.json", "manifest.sig", "values.json"])
      expect(
        faultsOf(packed(new Map([...files, [name, other.get(name) ?? Buffer.alloc(0)]]))),
      ).not.toEqual([]);
  });
});

describe("the log, though the manifest is signed by the same key", () => {
  test("without one of its entries", () => {
    for (const index of chain.entries.keys()) {
      const found = faultsOf(resigned(withLines(lines().toSpliced(index, 1))));
      const place = index === chain.entries.length - 1 ? "manifest.json" : `entry ${index + 1}`;
      expect(found.join()).toContain(place);
    }
  });

  test("in another order, or with an entry twice", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(lines(), { minLength: 1 }), (order) => {
        fc.pre(order.join() !== lines().join());
        expect(faultsOf(resigned(withLines(order)))).not.toEqual([]);
      }),
    );
    const found = faultsOf(resigned(withLines([...lines().slice(0, 2), ...lines().slice(1)])));
    expect(found[0]).toStartWith("custody.jsonl, entry 3: is entry 2");
  });

  test("with any word of an entry changed and its hash made anew", () => {
    fc.assert(
      fc.property(fc.nat({ max: chain.entries.length - 1 }), fc.nat(), (index, place) => {
        const written = JSON.parse(lines()[index] ?? "");
        const at = place % written.entry.length;
        const entry = `${written.entry.slice(0, at)}~${written.entry.slice(at + 1)}`;
        const line = JSON.stringify({ ...written, entry, hash: sha256Of(entry) });
        const found = faultsOf(resigned(withLines(lines().with(index, line))));
        expect(found.join()).toContain(`entry ${index + 1}: is not signed`);
      }),
    );
  });

  test("put together from two logs of the same debt", () => {
    const salted = { ...signer, newSalt: () => "ab".repeat(16) };
    const turns = steps.map((step) => [step]);
    const other = contentOf(chainOf(turns, salted), signer, documents);
    const others = (other.get("custody.jsonl") ?? "").toString().trimEnd().split("\n");
    const mixed = [...lines().slice(0, 3), ...others.slice(3)];
    expect(faultsOf(resigned(withLines(mixed)))).toContain(
      "custody.jsonl, entry 4: does not follow the entry before it: its `prev` is another hash",
    );
  });

  test("with another hash beside an entry than its own", () => {
    const wrong = { ...JSON.parse(lines()[1] ?? ""), hash: "ab".repeat(32) };
    const found = faultsOf(resigned(withLines(lines().with(1, JSON.stringify(wrong)))));
    expect(found).toEqual(["custody.jsonl, entry 2: its hash is not that of its text"]);
  });

  test("cut off, for whoever has a head", () => {
    const heads = [chain.head];
    for (let kept = 1; kept < chain.entries.length; kept += 1) {
      const part = { entries: chain.entries.slice(0, kept), values: [] };
      const head = { length: kept, hash: part.entries[kept - 1]?.hash ?? "" };
      const kinds = new Set(part.entries.map(({ text: entry }) => JSON.parse(entry).data.document));
      const papers = [...documents].filter(([name]) => kinds.has(name.split("-")[0]));
      const cut = resigned(contentOf(part, signer, new Map(papers)), head);
      expect(faultsOf(cut)).toEqual([]);
      expect(faultsOf(cut, { keys, heads })).toEqual([
        `custody.jsonl: ends with entry ${kept}: those up to 7 of your head are missing`,
      ]);
    }
  });

  test("written anew by whoever has the key, for whoever has a head", () => {
    const told = steps.map((step) => [step.kind === "offered" ? { ...offered, data: {} } : step]);
    const anew = chainOf(told, signer);
    const rewritten = resigned(contentOf(anew, signer, documents), anew.head);
    expect(faultsOf(rewritten)).toEqual([]);
    const heads = chain.entries.slice(0, 2).map(({ seq: length, hash }) => ({ length, hash }));
    expect(faultsOf(rewritten, { keys, heads })).toEqual([
      "custody.jsonl, entry 1: is not the one of your head: the log was written anew",
      "custody.jsonl, entry 2: is not the one of your head: the log was written anew",
    ]);
  });

  test("of another debt", () => {
    const other = packed(sealed(content, chain.head, signer)).toString("latin1");
    expect(other).toContain(chain.debtId);
    const manifest = (files.get("manifest.json") ?? Buffer.alloc(0)).toString();
    const changedDebt = manifest.replace(chain.debtId, chain.debtId.replace("0193", "0194"));
    const found = faultsOf(
      packed(new Map([...files, ["manifest.json", Buffer.from(changedDebt)]])),
    );
    expect(found.join()).toContain("entry 1: is not of this debt");
  });
});

describe("disclosed values", () => {
  test.each([
    ["another text", { value: "Für das Auto" }],
    ["another salt", { salt: "00".repeat(16) }],
    ["a longer salt that takes from the text", { salt: "00".repeat(17) }],
    ["another entry", { seq: 2 }],
    ["another name", { name: "reason" }],
    ["what is no hash", { name: "amount" }],
    ["what every object has", { name: "constructor" }],
    ["no entry at all", { seq: 0 }],
  ])("of %s are found, though their manifest is signed", (_, wrong) => {
    const [first, ...rest] = values();
    const list = JSON.stringify([{ ...first, ...wrong }, ...rest]);
    expect(faultsOf(resigned(changed("values.json", list))).join()).toContain("values.json, ");
  });

  test("are there once", () => {
    const list = JSON.stringify([values()[0], ...values()]);
    expect(faultsOf(resigned(changed("values.json", list)))).toEqual([
      "values.json, description of entry 1: stands there twice",
    ]);
  });
});

describe("another key", () => {
  test("that signed everything anew is not the one that was named", () => {
    const forged = chainOf(
      steps.map((step) => [step]),
      stranger,
    );
    const made = packed(sealed(contentOf(forged, stranger, documents), forged.head, stranger));
    expect(faultsOf(made, {})).toEqual([]);
    expect(faultsOf(made).join()).toContain(`you did not name it (${stranger.fingerprint})`);
  });

  test("under the name of ours is told by its fingerprint", () => {
    const kid = signer.publicKeys()[0]?.kid ?? "";
    const posing = {
      ...stranger,
      sign: (bytes: Uint8Array) => ({ ...stranger.sign(bytes), kid }),
      publicKeys: () => stranger.publicKeys().map((key) => ({ ...key, kid })),
    };
    const forged = chainOf([[offered]], posing);
    const made = (by: typeof posing) => packed(sealed(contentOf(forged, by), forged.head, posing));
    expect(faultsOf(made(posing)).join()).toContain("you did not name it");
    const lying = posing.publicKeys().map((key) => ({ ...key, fingerprint: signer.fingerprint }));
    expect(faultsOf(made({ ...posing, publicKeys: () => lying })).join()).toContain(
      "is not the one of its fingerprint",
    );
    const both = () => [...signer.publicKeys(), ...posing.publicKeys()];
    expect(faultsOf(made({ ...posing, publicKeys: both }))).not.toEqual([]);
  });

  test("has no id that another key has", () => {
    const twice = [...signer.publicKeys(), ...signer.publicKeys()];
    const found = faultsOf(resigned(changed("keys.json", JSON.stringify({ keys: twice }))));
    expect(found.join()).toContain("is not the one of its fingerprint");
  });

  test("that signed the manifest alone, or one entry alone, is found", () => {
    const both = {
      ...signer,
      publicKeys: () => [...signer.publicKeys(), ...stranger.publicKeys()],
    };
    const published = contentOf(chain, both, documents);
    const manifest = packed(sealed(published, chain.head, stranger));
    expect(faultsOf(manifest).join()).toContain("you did not name it");
    let turn = 0;
    const mixed = chainOf(
      steps.map((step) => [step]),
      {
        ...signer,
        sign(bytes) {
          turn += 1;
          return (turn === 4 ? stranger : signer).sign(bytes);
        },
      },
    );
    const one = packed(sealed(contentOf(mixed, both, documents), mixed.head, signer));
    expect(faultsOf(one).join()).toContain("you did not name it");
    // As after a rotation: whoever names both keys is told that all is well.
    expect(faultsOf(one, { keys: [...keys, stranger.fingerprint] })).toEqual([]);
  });

  test("signs nothing with a signature that was made for something else", () => {
    const text = chain.entries[0]?.text ?? "";
    const seal = { kid: chain.entries[0]?.kid, signature: chain.entries[0]?.signature };
    const posing = new Map([
      ...files,
      ["manifest.json", Buffer.from(text)],
      ["manifest.sig", Buffer.from(`${JSON.stringify(seal)}\n`)],
    ]);
    expect(faultsOf(packed(posing)).join()).toContain("is not what manifest.sig signs");
  });
});

describe.each(["node", "bun"])("as a program, under %s", (runtime) => {
  describeWith([runtime], "runs by itself", () => {
    const key = ["--key", signer.fingerprint];
    const head = ["--head", `${chain.head.length}:${chain.head.hash}`];

    test("ends with 0 and says what is proven", async () => {
      const { code, output, complaint } = await runVerifier(runtime, zip, [...key, ...head]);
      expect(complaint).toBe("");
      expect(code).toBe(0);
      expect(output).toContain(`Debt ${chain.debtId}`);
      expect(output).toContain(`Head of the log: ${head[1]}`);
      expect(output).toContain("Documents: agreement-1.pdf, receipt-1.pdf");
      expect(output).toContain("4 disclosed, of 4");
      expect(output).toContain("\nPROVEN");
      expect(output).not.toContain("told by --head");
    });

    test("ends with 2 without a key", async () => {
      const { code, output } = await runVerifier(runtime, zip);
      expect(code).toBe(2);
      expect(output).toContain("CONSISTENT, ORIGIN NOT PROVEN");
      expect(output).not.toMatch(/^PROVEN/m);
    });

    test("ends with 1 and names each fault", async () => {
      const broken = packed(new Map([...files, ["agreement-1.pdf", pdf("other")]]));
      const { code, output } = await runVerifier(runtime, broken, key);
      expect(code).toBe(1);
      expect(output).toContain("NOT PROVEN, 2 faults:\n- agreement-1.pdf: is not the file that");
      const short = resigned(contentOf({ entries: [], values: [] }, signer), chain.head);
      expect((await runVerifier(runtime, short, [...key, ...head])).code).toBe(1);
      const other = await runVerifier(runtime, zip, ["--key", stranger.fingerprint]);
      expect([other.code, other.output.includes("you did not name it")]).toEqual([1, true]);
    });

    test.each([
      [["--key"]],
      [["--key", "abc"]],
      [["--head", "7"]],
      [["--keys", "a"]],
      [["another.zip"]],
    ])("ends with 64 when it is called with %j", async (args) => {
      const { code, complaint, output } = await runVerifier(runtime, zip, args);
      expect([code, output]).toEqual([64, ""]);
      expect(complaint).toContain("usage: ");
    });

    test("lets no dossier steer the terminal", async () => {
      const steering = chainOf([[{ ...offered, kind: "\u001b[2J\u202e" as "offered" }]], signer);
      const made = packed(sealed(contentOf(steering, signer), steering.head, signer));
      const { code, output } = await runVerifier(runtime, made, key);
      expect(code).toBe(0);
      for (const steer of ["\u001b", "\u202e"]) expect(output).not.toContain(steer);
    });
  });
});

describe("stands alone", () => {
  test("needs nothing but what every runtime has: no network, no database, no other file", async () => {
    const text = await Bun.file(verifierPath).text();
    const source = text.replace(/^#!.*/, "");
    const imported = new Bun.Transpiler({ loader: "js" }).scanImports(source);
    expect(imported.map(({ path }) => path).sort()).toEqual(["node:crypto", "node:fs", "node:url"]);
    expect(source).not.toMatch(/\b(fetch|require|WebSocket|XMLHttpRequest|process\.env)\b/);
  });

  describeWith(["node"], "reads", () => {
    test("its zip and itself, and neither writes nor starts anything", async () => {
      // Node's own permissions: whatever is not allowed throws.
      const flags = ["--experimental-permission", "--allow-fs-read=*", "--no-warnings"];
      const path = `${Bun.env["TMPDIR"] ?? "/tmp"}/fintrack-dossier-${process.pid}.zip`;
      await Bun.write(path, zip);
      const command = ["node", ...flags, verifierPath, path, "--key", signer.fingerprint];
      expect(await outputOf(command)).toContain("\nPROVEN");
      await Bun.file(path).delete();
    });
  });

  describeWith(["python3"], "the zip", () => {
    test("is one for every other program, too", async () => {
      const path = `${Bun.env["TMPDIR"] ?? "/tmp"}/fintrack-dossier-${process.pid}-python.zip`;
      await Bun.write(path, zip);
      const script =
        "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(' '.join(z.namelist()), z.read('receipt-1.pdf').decode())";
      const printed = await outputOf(["python3", "-c", script, path]);
      expect(printed.trim()).toBe(`${[...files.keys()].sort().join(" ")} %PDF-1.7 receipt`);
      await Bun.file(path).delete();
    });
  });
});
