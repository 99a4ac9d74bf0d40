const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** "1.2 GiB". */
export function sizeText(sizeBytes: number): string {
  let [size, unit] = [sizeBytes, 0];
  for (; size >= 1024 && unit < units.length - 1; unit += 1) size /= 1024;
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
