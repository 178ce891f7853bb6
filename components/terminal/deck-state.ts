/** Which terminals there are, which is typed into, and which is seen beside it. Pure; kept in the browser. */
export interface DeckState {
  /** In the order of their tabs; `first` is always there. */
  readonly names: readonly string[];
  /** What the learner calls them, where that is not "Terminal N". */
  readonly labels: Readonly<Record<string, string>>;
  readonly active: string;
  /** The other one of a split. */
  readonly beside?: string;
}

/** As many as a workspace holds. */
export const mostTerminals = 8;
export const first = "main";
/** A tab's width; longer names would push the others away. */
export const maxLabel = 24;

export const oneTerminal: DeckState = { names: [first], labels: {}, active: first };

const isName = (value: unknown): value is string =>
  typeof value === "string" && /^[a-z0-9-]{1,32}$/.test(value);
const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.length <= mostTerminals && value.every(isName);

/** What a browser remembers, an earlier version's list of names included; undefined when it makes no sense. */
export function readDeck(value: unknown): DeckState | undefined {
  if (isNames(value)) return { ...oneTerminal, names: withFirst(value) };
  if (typeof value !== "object" || value === null || !("names" in value) || !isNames(value.names)) return;
  const names = withFirst(value.names);
  const labels: Record<string, string> = {};
  if ("labels" in value && typeof value.labels === "object" && value.labels !== null)
    for (const [name, label] of Object.entries(value.labels))
      if (names.includes(name) && typeof label === "string" && label !== "")
        labels[name] = label.slice(0, maxLabel);
  const active = "active" in value && isName(value.active) && names.includes(value.active);
  const state = { names, labels, active: active && isName(value.active) ? value.active : first };
  if (!("beside" in value) || !isName(value.beside)) return state;
  return names.includes(value.beside) && value.beside !== state.active
    ? { ...state, beside: value.beside }
    : state;
}

const withFirst = (names: readonly string[]) =>
  names.includes(first) ? [...new Set(names)] : [first, ...new Set(names.slice(0, mostTerminals - 1))];

export const isShown = (state: DeckState, name: string): boolean =>
  name === state.active || name === state.beside;

/** The one beside becomes the one that is typed into, and the other way round; any other takes the active one's place. */
export function activate(state: DeckState, name: string): DeckState {
  if (name === state.active || !state.names.includes(name)) return state;
  return name === state.beside
    ? { ...state, active: name, beside: state.active }
    : { ...state, active: name };
}

export function open(state: DeckState): DeckState {
  if (state.names.length >= mostTerminals) return state;
  let number = 2;
  while (state.names.includes(String(number))) number += 1;
  return { ...state, names: [...state.names, String(number)], active: String(number) };
}

export function close(state: DeckState, name: string): DeckState {
  const at = state.names.indexOf(name);
  if (at < 1 || name === first) return state;
  const names = state.names.filter((other) => other !== name);
  const { [name]: _label, ...labels } = state.labels;
  const { beside, ...rest } = { ...state, names, labels };
  if (beside === undefined)
    return { ...rest, active: state.active === name ? (names[at - 1] ?? first) : state.active };
  // What was beside it stays; a split of one is none.
  if (name === state.active) return { ...rest, active: beside };
  return name === beside ? rest : { ...rest, beside };
}

/** Two side by side: with the next one there is, else a new one. A second time: one alone again. */
export function toggleSplit(state: DeckState): DeckState {
  const { beside, ...single } = state;
  if (beside !== undefined) return single;
  const at = state.names.indexOf(state.active);
  const other = state.names[at + 1] ?? state.names[at - 1];
  if (other !== undefined) return { ...single, beside: other };
  return { ...open(single), beside: state.active };
}

/** An empty name gives the terminal its own back. */
export function rename(state: DeckState, name: string, label: string): DeckState {
  const { [name]: _before, ...labels } = state.labels;
  const wanted = label.trim().slice(0, maxLabel);
  return { ...state, labels: wanted === "" ? labels : { ...labels, [name]: wanted } };
}
