import type { Config } from "../config.ts";
import type { Ids } from "../kernel/ids.ts";
import { openDiskStorage } from "./disk-storage.ts";
import type { Storage } from "./storage.ts";

export type { Storage } from "./storage.ts";

/** What files are kept in, and what they are made in. */
export function openStorage(deps: {
  readonly config: Pick<Config, "dataDir" | "storage">;
  readonly ids: Ids;
}): Storage {
  const { config, ids } = deps;
  return openDiskStorage({ dataDir: config.dataDir, ...config.storage, ids });
}
