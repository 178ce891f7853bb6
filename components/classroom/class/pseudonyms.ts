const colours = [
  "Amber",
  "Azure",
  "Coral",
  "Crimson",
  "Golden",
  "Green",
  "Indigo",
  "Ivory",
  "Olive",
  "Plum",
  "Silver",
  "Teal",
];
const animals = [
  ...[
    "Badger",
    "Bear",
    "Beaver",
    "Crane",
    "Deer",
    "Dolphin",
    "Eagle",
    "Falcon",
    "Fox",
    "Gecko",
    "Hare",
    "Hedgehog",
  ],
  ...[
    "Heron",
    "Ibex",
    "Jay",
    "Koala",
    "Lynx",
    "Marten",
    "Newt",
    "Otter",
    "Owl",
    "Panda",
    "Robin",
    "Seal",
    "Tiger",
    "Wolf",
  ],
];
const names = colours.length * animals.length;

/**
 * Names for the projector: the same learner has the same one each time, as long as those who joined before are the same.
 * `learners` in the order they joined: who comes later never changes somebody's name.
 */
export function pseudonyms(learners: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<number>();
  return new Map(
    learners.map((learner, index) => {
      if (taken.size >= names) return [learner, `Learner ${index + 1}`];
      let place = hash(learner) % names;
      while (taken.has(place)) place = (place + 1) % names;
      taken.add(place);
      const colour = colours[place % colours.length] ?? "";
      return [learner, `${colour} ${animals[Math.floor(place / colours.length)] ?? ""}`];
    }),
  );
}

/** FNV-1a; spreads ids that are alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const char of text) value = Math.imul(value ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}
