import { rmSync, statSync } from "node:fs";

/** What making a file took in a process that did nothing else. */
export type FileFigures = {
  readonly ms: number;
  readonly memoryMb: number;
  readonly sizeMb: number;
};

/** In the child: makes the file and prints the figures. */
export async function measureFile(outPath: string, make: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  await make();
  const ms = performance.now() - began;
  const memoryMb = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ ms, memoryMb, sizeMb: statSync(outPath).size / 2 ** 20 }));
}

/** In the parent: runs a bench once more, with these arguments, and deletes the file that it made. */
export async function figuresOf(
  script: string,
  args: readonly string[],
  outPath: string,
): Promise<FileFigures> {
  const child = Bun.spawn([process.execPath, script, ...args], { stderr: "inherit" });
  const answer = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`${args.join(" ")} failed`);
  rmSync(outPath);
  return JSON.parse(answer);
}
