import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { type Config, loadConfig, type S3Config } from "#platform/config";
import { openStorage, StorageSetupError } from "#platform/storage/open-storage";
import { systemIds } from "#platform/system";
import { piecesOf } from "../../support/disk-store.ts";
import { databaseVariables } from "../../support/main-process.ts";
import { openS3Proxy, type S3Proxy } from "../../support/s3-proxy.ts";
import { openS3Server, type S3Server, s3Environment } from "../../support/s3-server.ts";
import { freshDataDir, runMain } from "../../support/server-process.ts";
import { cloneDatabases } from "../../support/test-app.ts";

let server: S3Server;
let proxy: S3Proxy;
let s3: S3Config;
beforeAll(async () => {
  server = await openS3Server();
  proxy = openS3Proxy(server.url);
}, 300_000);
afterAll(async () => {
  proxy.close();
  await server.close();
});
beforeEach(async () => {
  s3 = { ...(await server.openBuckets()), endpoint: proxy.url };
  proxy.answer((_call, forward) => forward());
});

const open = (own: S3Config = s3) => {
  const config: Config = loadConfig({ DATA_DIR: freshDataDir(), ...s3Environment(own) });
  return openStorage({ config, ids: systemIds, logger: { warn: () => {} } });
};
/** What the start says; "" when it goes on. */
const refusal = (own?: S3Config): Promise<string> =>
  open(own)
    .requireUsable()
    .then(
      () => "",
      (error) => {
        expect(error).toBeInstanceOf(StorageSetupError);
        expect(error.message).not.toContain(s3.secretAccessKey);
        expect(error.message).not.toContain(s3.accessKeyId);
        return error.message;
      },
    );
const versioning = (bucket: string, status: string) =>
  server.request(
    ...(["PUT", `/${bucket}?versioning`] as const),
    `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>${status}</Status></VersioningConfiguration>`,
  );
const answered = (query: string, status: number, body: string) =>
  proxy.answer((call, forward) =>
    call.query === query && call.path.endsWith("-volatile")
      ? Promise.resolve(new Response(body, { status }))
      : forward(),
  );

describe("a start with S3", () => {
  test("goes on with two buckets that forget, and keeps what is volatile in its own", async () => {
    expect(await refusal()).toBe("");
    const { objects, volatile } = open();
    await objects.put("a", piecesOf("objects"));
    await volatile.put("b", piecesOf("volatile"));
    expect((await objects.list("", { limit: 9 })).map(({ key }) => key)).toEqual(["a"]);
    expect((await volatile.list("", { limit: 9 })).map(({ key }) => key)).toEqual(["b"]);
  });

  test("goes on when only the other bucket keeps versions", async () => {
    await versioning(s3.bucket, "Enabled");
    expect(await refusal()).toBe("");
  });

  test.each([["Enabled"], ["Suspended"]])(
    "is refused when versioning of the volatile bucket is %s",
    async (status) => {
      await versioning(s3.volatileBucket, "Enabled");
      await versioning(s3.volatileBucket, status);
      expect(await refusal()).toContain("S3_VOLATILE_BUCKET keeps versions");
    },
  );

  test("is refused when the volatile bucket has object lock", async () => {
    const lock =
      "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
    answered("object-lock=", 200, lock);
    expect(await refusal()).toContain("S3_VOLATILE_BUCKET has object lock");
  });

  test.each([
    [501, "<Error><Code>NotImplemented</Code></Error>"],
    [403, "<Error><Code>AccessDenied</Code></Error>"],
    [404, "<Error><Code>NoSuchKey</Code></Error>"],
    [200, "<html></html>"],
    [200, "no document"],
    [200, ""],
  ])(
    "is refused when the server does not say whether it keeps versions: %d %s",
    async (status, body) => {
      answered("versioning=", status, body);
      expect(await refusal()).toContain("cannot be asked whether it keeps versions");
    },
  );

  test.each([
    [501, "<Error><Code>NotImplemented</Code></Error>", ""],
    [403, "<Error><Code>AccessDenied</Code></Error>", "cannot be asked whether it has object lock"],
  ])("asked for object lock, takes %d %s as %j", async (status, body, said) => {
    answered("object-lock=", status, body);
    const message = await refusal();
    expect(said === "" ? message === "" : message.includes(said)).toBe(true);
  });

  test("names a bucket that is not there, and credentials that are wrong", async () => {
    const missing = await refusal({ ...s3, volatileBucket: "none-such" });
    expect(missing).toContain("1 fault(s)");
    expect(missing).toMatch(/S3_VOLATILE_BUCKET cannot be read: .*404, NoSuchBucket/);
    const wrong = await refusal({ ...s3, secretAccessKey: "wrong" });
    expect(wrong).toMatch(/S3_BUCKET cannot be read: .*403, SignatureDoesNotMatch/);
  });

  test("names a server that does not answer", async () => {
    expect(await refusal({ ...s3, endpoint: "http://127.0.0.1:1" })).toMatch(
      /S3_BUCKET cannot be read: .*no whole answer/,
    );
  });

  test("ends the process with the fault and no stack, before it migrates or serves", async () => {
    await versioning(s3.volatileBucket, "Suspended");
    const databases = await cloneDatabases();
    try {
      const { code, output } = await runMain([], {
        ...{ ...databaseVariables(databases), ...s3Environment(s3) },
        ...{ DATA_DIR: freshDataDir(), FINTRACK_ENV: "development" },
      });
      expect(code).toBe(1);
      expect(output).toContain("S3_VOLATILE_BUCKET keeps versions");
      expect(output).not.toMatch(/^\s+at /m);
      expect(output).not.toContain(s3.secretAccessKey);
    } finally {
      await databases.main.close();
      await databases.log.close();
    }
  });
});

test("on disk there is nothing to refuse", async () => {
  const config = loadConfig({ DATA_DIR: freshDataDir() });
  await openStorage({ config, ids: systemIds, logger: { warn: () => {} } }).requireUsable();
});
