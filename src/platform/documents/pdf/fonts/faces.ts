import { createFace, type Face } from "./face.ts";
import { type FontFile, fontFiles, readFont } from "./font-files.ts";

export type Weight = "regular" | "bold";

export type Faces = {
  /** The first face that has the character; undefined: none has. */
  faceOf(character: string, weight: Weight): Face | undefined;
  /** Those that were asked for so far. */
  opened(): readonly Face[];
};

const [regular, bold, ...others] = fontFiles;
const chains: Readonly<Record<Weight, readonly FontFile[]>> = {
  regular: [regular, bold, ...others],
  bold: [bold, regular, ...others],
};

/** A font is read when a character needs it. */
export function createFaces(): Faces {
  const opened = new Map<FontFile, Face>();
  const found: Readonly<Record<Weight, Map<string, Face | undefined>>> = {
    regular: new Map(),
    bold: new Map(),
  };

  function open(file: FontFile): Face {
    let face = opened.get(file);
    if (!face) {
      face = createFace(`F${opened.size}`, file, readFont(file));
      opened.set(file, face);
    }
    return face;
  }

  return {
    faceOf(character, weight) {
      const known = found[weight];
      if (known.has(character)) return known.get(character);
      const file = chains[weight].find((candidate) => open(candidate).has(character));
      const face = file && open(file);
      known.set(character, face);
      return face;
    },
    opened: () => [...opened.values()],
  };
}
