import { Glob } from "bun";
import ts from "typescript";

export type SourceCode = {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
};

export const parseSource = (path: string, text: string): SourceCode => ({
  path,
  text,
  tree: ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true),
});

/** Every TypeScript file that matches, by path. */
export async function readSources(pattern: string): Promise<SourceCode[]> {
  const paths = (await Array.fromAsync(new Glob(pattern).scan("."))).sort();
  return Promise.all(paths.map(async (path) => parseSource(path, await Bun.file(path).text())));
}

/** `path:line  text` of every node that `matches`; comments and strings are no nodes of code. */
export function findCode(
  sources: readonly SourceCode[],
  matches: (node: ts.Node) => boolean,
): string[] {
  return sources.flatMap(({ path, tree }) => {
    const found: string[] = [];
    const visit = (node: ts.Node) => {
      if (matches(node)) {
        const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
        found.push(`${path}:${line}  ${node.getText().split("\n")[0]}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(tree);
    return found;
  });
}

/** A call or `new` of exactly this expression: "Number", "Date.now", "new Date". */
export function isCallOf(node: ts.Node, ...names: string[]): boolean {
  if (ts.isCallExpression(node)) return names.includes(node.expression.getText());
  if (ts.isNewExpression(node)) return names.includes(`new ${node.expression.getText()}`);
  return false;
}

/** A call of a method with this name, whatever it is called on. */
export const isMethodCall = (node: ts.Node, ...names: string[]): boolean =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  names.includes(node.expression.name.text);

/** The use of a member ("process.env"), or of anything of a global ("Bun"). */
export const isMember = (node: ts.Node, ...names: string[]): boolean =>
  (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) &&
  (names.includes(node.expression.getText()) ||
    (ts.isPropertyAccessExpression(node) && names.includes(node.getText())));

export { ts };
