import { join } from "node:path";
import { AwsV4Signer } from "aws4fetch";
import type { S3Config } from "#platform/config";

/** A real S3 server of this machine (moto), in memory, that checks signatures. Close it in `afterAll`. */
export type S3Server = {
  readonly url: string;
  /** Two buckets of their own, as an installation has them. */
  openBuckets(): Promise<S3Config>;
  createBucket(name: string): Promise<void>;
  /** A signed request: "/bucket?versioning". Any status is an answer. */
  request(method: string, path: string, body?: string): Promise<Response>;
  close(): Promise<void>;
};

/** The variables of an application that uses these buckets. */
export const s3Environment = (s3: S3Config): Record<string, string> => ({
  S3_ENDPOINT: s3.endpoint,
  S3_REGION: s3.region,
  S3_BUCKET: s3.bucket,
  S3_VOLATILE_BUCKET: s3.volatileBucket,
  S3_ACCESS_KEY_ID: s3.accessKeyId,
  S3_SECRET_ACCESS_KEY: s3.secretAccessKey,
});

const root = join(import.meta.dir, "../..");
const region = "us-east-1";
/** The first requests make a user; from then on everything must be signed by it. */
const unsignedRequests = 3;
/** Ends the server when this process does, however it ends. */
const untilOrphaned = '"$@" & server=$!; cat >/dev/null; kill "$server"; wait "$server"';

export async function openS3Server(): Promise<S3Server> {
  const install = Bun.spawn(["scripts/install-s3-server.sh"], { cwd: root, stderr: "inherit" });
  const home = (await install.stdout.text()).trim();
  if ((await install.exited) !== 0) throw new Error("the S3 server could not be installed");
  const server = Bun.spawn(
    [
      ...["bash", "-c", untilOrphaned, "bash"],
      ...[`${home}/bin/python`, `${home}/bin/moto_server`, "-H", "127.0.0.1", "-p", "0"],
    ],
    {
      env: { PATH: process.env["PATH"] ?? "", INITIAL_NO_AUTH_ACTION_COUNT: `${unsignedRequests}` },
      ...{ stdin: "pipe", stdout: "ignore", stderr: "pipe" },
    },
  );
  const url = await addressOf(server.stderr);
  const credentials = await createUser(url);

  async function request(method: string, path: string, body = ""): Promise<Response> {
    const signed = await new AwsV4Signer({
      ...{ ...credentials, method, url: `${url}${path}`, body, service: "s3", region },
    }).sign();
    return fetch(signed.url, { method, headers: signed.headers, ...(body === "" ? {} : { body }) });
  }
  async function createBucket(name: string): Promise<void> {
    const { ok, status } = await request("PUT", `/${name}`);
    if (!ok) throw new Error(`no bucket: ${status}`);
  }
  return {
    ...{ url, request, createBucket },
    async openBuckets() {
      const name = `b${crypto.randomUUID()}`;
      const [bucket, volatileBucket] = [name, `${name}-volatile`];
      await createBucket(bucket);
      await createBucket(volatileBucket);
      return { endpoint: url, region, bucket, volatileBucket, ...credentials };
    },
    async close() {
      server.stdin.end();
      await server.exited;
    },
  };
}

/** It says where it listens, and then a line for each request. */
async function addressOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const found = Promise.withResolvers<string>();
  void (async () => {
    const decoder = new TextDecoder();
    let said = "";
    for await (const bytes of stderr) {
      if (said.length < 10_000) said += decoder.decode(bytes, { stream: true });
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (address) found.resolve(address);
    }
    found.reject(new Error(`the S3 server did not start: ${said}`));
  })();
  return found.promise;
}

async function createUser(url: string) {
  const may = { Effect: "Allow", Action: "*", Resource: "*" };
  const ask = async (parameters: Record<string, string>) => {
    const response = await fetch(url, {
      method: "POST",
      // Says which service is meant; the signature is not looked at yet.
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=none/20260101/${region}/iam/aws4_request, SignedHeaders=host, Signature=none`,
      },
      body: new URLSearchParams({ Version: "2010-05-08", UserName: "fintrack", ...parameters }),
    });
    return response.text();
  };
  await ask({ Action: "CreateUser" });
  await ask({
    ...{ Action: "PutUserPolicy", PolicyName: "all" },
    PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [may] }),
  });
  const keys = await ask({ Action: "CreateAccessKey" });
  const accessKeyId = /<AccessKeyId>(\w+)</.exec(keys)?.[1];
  const secretAccessKey = /<SecretAccessKey>([^<]+)</.exec(keys)?.[1];
  if (!accessKeyId || !secretAccessKey) throw new Error("the S3 server made no key");
  return { accessKeyId, secretAccessKey };
}
