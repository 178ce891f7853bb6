const browsers: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** What a browser says of itself, in words; enough to tell one's own apart. */
export function browserName(agent: string | undefined): string {
  const name = browsers.find(([sign]) => sign.test(agent ?? ""))?.[1];
  const system = systems.find(([sign]) => sign.test(agent ?? ""))?.[1];
  if (!name) return "A browser";
  return system ? `${name} on ${system}` : name;
}
