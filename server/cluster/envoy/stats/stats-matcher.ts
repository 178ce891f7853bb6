import type { Bootstrap } from "../../xds/index.ts";

/** Which statistics a proxy has at all: Istio keeps Envoy's own down to a few (bootstrap statsConfig.statsMatcher). */
export class StatsMatcher {
  private readonly known = new Map<string, boolean>();
  private readonly rules: readonly ((name: string) => boolean)[] | undefined;

  constructor(config: Bootstrap["statsConfig"]) {
    this.rules = config?.statsMatcher?.inclusionList.patterns.map(ruleOf);
  }

  includes(name: string): boolean {
    const { rules } = this;
    if (!rules) return true;
    let included = this.known.get(name);
    if (included === undefined) {
      included = rules.some((rule) => rule(name));
      if (this.known.size >= MAX_KNOWN) this.known.clear();
      this.known.set(name, included);
    }
    return included;
  }
}

const MAX_KNOWN = 20_000;

type Pattern = NonNullable<
  NonNullable<Bootstrap["statsConfig"]>["statsMatcher"]
>["inclusionList"]["patterns"][number];

function ruleOf(pattern: Pattern): (name: string) => boolean {
  const { prefix, suffix, safeRegex } = pattern;
  if (prefix !== undefined) return (name) => name.startsWith(prefix);
  if (suffix !== undefined) return (name) => name.endsWith(suffix);
  try {
    const expression = new RegExp(`^(?:${safeRegex?.regex ?? ""})$`);
    return (name) => expression.test(name);
  } catch {
    return () => false; // an annotation's own words; what is no expression matches nothing
  }
}
