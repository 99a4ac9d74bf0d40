import type { Config } from "../config.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Command, CommandLine } from "../module.ts";
import { keyPurposes } from "./key-entries.ts";
import { createKeys, KeyringError, rotateKey } from "./keyring.ts";

const createLine: CommandLine = {
  name: "keys:create",
  usage: "keys:create  make the keyring file, or the keys that are missing in it",
};
const rotateLine: CommandLine = {
  name: "keys:rotate",
  usage: `keys:rotate [purpose]  announce a new key; purposes: ${Object.keys(keyPurposes).join(", ")}`,
  words: [0, 1],
};
export const keyCommandLines: readonly CommandLine[] = [createLine, rotateLine];

/** Commands on the keyring file; they need no database. */
export function createKeyCommands(deps: {
  readonly config: Pick<Config, "keyring">;
  readonly clock: Clock;
}): readonly Command[] {
  const { clock } = deps;
  function file(): string {
    const { keyring } = deps.config;
    if (keyring.source === "inline")
      throw new KeyringError("KEYRING is set: work on the file that it was made from");
    return keyring.path;
  }
  return [
    {
      ...createLine,
      async run(_ctx, _args, print) {
        const made = createKeys(file(), { clock });
        print(
          made.length > 0 ? `${file()}: made ${made.join(", ")}` : `${file()}: nothing missing`,
        );
        return 0;
      },
    },
    {
      ...rotateLine,
      async run(_ctx, [purpose = ""], print) {
        const { kid, activeFrom } = rotateKey(file(), purpose, { clock });
        print(`${purpose}: key ${kid} is announced, and in use from ${activeFrom}`);
        return 0;
      },
    },
  ];
}
