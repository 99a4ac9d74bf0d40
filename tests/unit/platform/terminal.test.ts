import { afterAll, beforeAll, expect, test } from "bun:test";
import { PassThrough } from "node:stream";
import { openTerminal } from "#platform/terminal";

// Readline leaves editing to a terminal that calls itself dumb; these streams edit nothing.
const term = process.env["TERM"];
beforeAll(() => {
  process.env["TERM"] = "xterm";
});
afterAll(() => {
  if (term === undefined) delete process.env["TERM"];
  else process.env["TERM"] = term;
});

type Streams = Parameters<typeof openTerminal>[0];

/** `isTTY` makes readline treat the streams as a terminal; raw mode is noted instead of set. */
function open(isTTY: boolean) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  Object.assign(input, { isTTY, setRawMode: () => input });
  Object.assign(output, { isTTY, columns: 80 });
  let shown = "";
  output.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
  });
  const terminal = openTerminal({ input, output } as unknown as Streams);
  return { terminal, shown: () => shown, type: (text: string) => input.write(text), input };
}

test("a pipe answers a line each, in its own time, and no question is shown", async () => {
  const { terminal, shown, type, input } = open(false);
  expect(terminal.isInteractive).toBe(false);
  type("Emir Şık\r\nsecret one\nlast");
  expect(await terminal.ask("Name: ")).toBe("Emir Şık");
  expect(await terminal.askSecretly("Password: ")).toBe("secret one");
  input.end();
  expect(await terminal.ask("More: ")).toBe("last");
  expect(await terminal.ask("More: ")).toBeNull();
  expect(await terminal.askSecretly("More: ")).toBeNull();
  expect(shown()).toBe("");
  terminal.close();
});

test("a person sees the questions and what he types, but for secrets", async () => {
  const { terminal, shown, type } = open(true);
  const name = terminal.ask("Name: ");
  type("Emir\r");
  expect(await name).toBe("Emir");
  const secret = terminal.askSecretly("Password: ");
  type("hidden\x7fN words\r");
  expect(await secret).toBe("hiddeN words");
  const again = terminal.ask("Sure? ");
  type("\x1b[A\r"); // the arrow up
  expect(await again).toBe("");
  for (const part of ["Name: ", "Emir", "Password: ", "Sure? "]) expect(shown()).toContain(part);
  expect(shown()).not.toContain("hid");
  expect(shown()).not.toContain("words");
  terminal.close();
});

test.each([
  ["Ctrl-C", "\x03"],
  ["Ctrl-D", "\x04"],
])("%s ends the answers", async (_name, key) => {
  const { terminal, type } = open(true);
  const secret = terminal.askSecretly("Password: ");
  type(key);
  expect(await secret).toBeNull();
  expect(await terminal.ask("Name: ")).toBeNull();
});
