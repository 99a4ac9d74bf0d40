import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectionUrl, parseConnection, socketFile } from "#platform/db/connection";
import { openMailServer } from "./mail-server.ts";
import { openProxy } from "./tcp-proxy.ts";
import { openTestApp, type TestApp } from "./test-app.ts";

export type TwoNodes = {
  readonly here: TestApp;
  /** Another process of the same installation. Reaches MainDB through `proxy`. */
  readonly there: TestApp;
  readonly proxy: ReturnType<typeof openProxy>;
  /** Of both. */
  readonly keyringFile: string;
  close(): Promise<void>;
};

/** Two nodes of one installation: the same databases, keys, address and time. */
export async function openTwoNodes(): Promise<TwoNodes> {
  const directory = mkdtempSync(join(tmpdir(), "fintrack-nodes-"));
  const keyringFile = join(directory, "keyring.json");
  const mailServer = await openMailServer();
  const here = await openTestApp({ mailServer, environment: { KEYRING_FILE: keyringFile } });
  const { main, log } = here.databases;
  const direct = parseConnection(main.appUrl);
  const proxy = openProxy(socketFile(direct.host, direct.port));
  const appUrl = connectionUrl({ ...direct, host: "127.0.0.1", port: proxy.port ?? 0 });
  const there = await openTestApp({
    ...{ mailServer, clock: here.clock },
    databases: { main: { ...main, appUrl }, log },
    environment: { KEYRING_FILE: keyringFile, PUBLIC_URL: here.url },
  });
  return {
    ...{ here, there, proxy, keyringFile },
    async close() {
      await there.close();
      proxy.close();
      await here.close();
      await mailServer.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
