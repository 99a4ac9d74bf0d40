/** Prometheus text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
const sample =
  /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\]|\\["\\n])*"(?:,|(?=\})))*\})? (\S+)$/;
const suffixes = /_(bucket|sum|count)$/;

/** Every line that breaks the format, with why: unknown metrics, repeated series, buckets that do not grow. */
export function expositionFaults(text: string): string[] {
  const faults: string[] = [];
  const types = new Map<string, string>();
  const seen = new Set<string>();
  let lastBucket: { readonly series: string; readonly value: number } | undefined;
  if (!text.endsWith("\n")) faults.push("does not end with a line feed");
  for (const line of text.split("\n").filter(Boolean)) {
    const typed = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (typed?.[1]) types.set(typed[1], typed[2] ?? "");
    if (line.startsWith("#")) continue;
    const [, name = "", labels = "", value = ""] = sample.exec(line) ?? [];
    if (name === "") {
      faults.push(`is no sample: ${line}`);
      continue;
    }
    const known = types.has(name) || types.get(name.replace(suffixes, "")) === "histogram";
    if (!known) faults.push(`has no type: ${name}`);
    if (!/^(NaN|[+-]Inf|[-+]?\d+(\.\d+)?(e[-+]?\d+)?)$/i.test(value))
      faults.push(`is no number: ${line}`);
    if (seen.has(name + labels)) faults.push(`stands twice: ${name}${labels}`);
    seen.add(name + labels);
    const bucket = /le="[^"]*",?/.exec(labels);
    if (!bucket || !name.endsWith("_bucket")) continue;
    const series = name + labels.replace(bucket[0], "");
    if (lastBucket?.series === series && Number(value) < lastBucket.value)
      faults.push(`shrinks: ${line}`);
    lastBucket = { series, value: Number(value) };
  }
  return faults;
}
