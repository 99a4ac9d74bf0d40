import { describe, expect, test } from "bun:test";
import { YAML } from "bun";

const root = `${import.meta.dir}/../../..`;
const read = (path: string) => Bun.file(`${root}/${path}`).text();
const { services } = YAML.parse(await read("docker-compose.yml")) as {
  services: Record<string, { depends_on?: Record<string, unknown> }>;
};

/** Options of `docker compose run` that are followed by a value. */
const withValue = new Set(["--volume", "--env", "--entrypoint", "--user"]);

/** Each `docker compose run …` of a text: its options, its service and what that is to do. */
function commandsOf(file: string, text: string) {
  const joined = text.replaceAll(/\\\n\s*/g, " ").replaceAll(/\n#? */g, (line) => `${line} `);
  return [...joined.matchAll(/docker compose run ((?:[^`\n#]|\n(?! *docker))+)/g)].map(
    ([, rest = ""]) => {
      const words = rest.trim().split(/\s+/);
      const options: string[] = [];
      while (words[0]?.startsWith("-")) {
        const option = words.shift() ?? "";
        options.push(option);
        if (withValue.has(option)) words.shift();
      }
      return { file, options, service: words[0] ?? "", command: words[1] ?? "" };
    },
  );
}

const files = ["docs/runbook.md", "README.md", "docker-compose.yml"];
const commands = (
  await Promise.all(files.map(async (file) => commandsOf(file, await read(file))))
).flat();

describe("docker compose run, wherever it is written", () => {
  test("is found, also where a line ends inside it", () => {
    expect(commands.length).toBeGreaterThan(12);
    expect(commands.map(({ command }) => command)).toContain("jobs:resume");
    expect(commands.map(({ service }) => service)).toContain("restore");
  });

  test("names a service, and leaves no container behind", () => {
    for (const { file, service, options } of commands) {
      expect([file, Object.keys(services)]).toEqual([file, expect.arrayContaining([service])]);
      expect(options).toContain("--rm");
    }
  });

  test("makes keys without what the service waits for: migrating needs the keys", () => {
    const ofKeys = commands.filter(({ command }) => command.startsWith("keys:"));
    expect(ofKeys.length).toBeGreaterThan(4);
    for (const { service, options } of ofKeys) {
      expect(Object.keys(services[service]?.depends_on ?? {})).toContain("migrate");
      expect(options).toContain("--no-deps");
    }
  });
});
