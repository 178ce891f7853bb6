// A regular expression whose cost grows with the text only, never explodes: all ways through the expression are followed
// at once (Pike's machine, as RE2 does it). Anchored at both ends. The first way by preference gives the groups.
import { type Node, RegexError, type Syntax } from "./syntax.ts";

type Instruction =
  | { readonly op: "char"; readonly test: (rune: string) => boolean }
  | { readonly op: "assert"; readonly source: string }
  | { readonly op: "split"; first: number; second: number }
  | { readonly op: "jump"; to: number }
  | { readonly op: "save"; readonly slot: number }
  | { readonly op: "match" };

/** Instructions of one expression; a larger one is refused as RE2 refuses what needs too much memory. */
const MAX_INSTRUCTIONS = 10_000;

export interface Match {
  readonly [index: number]: string | undefined;
  readonly groups?: Readonly<Record<string, string | undefined>> | undefined;
}

type Slots = readonly (number | undefined)[];

export class LinearRegex {
  private readonly program: Instruction[] = [];

  constructor(
    private readonly syntax: Syntax,
    private readonly flags: string,
  ) {
    this.compile(syntax.root);
    this.emit({ op: "match" });
  }

  test(text: string): boolean {
    return this.run(text) !== undefined;
  }

  exec(text: string): Match | null {
    const slots = this.run(text);
    if (!slots) return null;
    const of = (index: number): string | undefined => {
      const [from, to] = [slots[index * 2], slots[index * 2 + 1]];
      return from === undefined || to === undefined ? undefined : text.slice(from, to);
    };
    const match: Record<number, string | undefined> = { 0: text };
    for (let index = 1; index <= this.syntax.groups; index += 1) match[index] = of(index);
    const groups = Object.fromEntries(
      Object.entries(this.syntax.names).map(([name, index]) => [name, of(index)]),
    );
    return { ...match, groups };
  }

  private emit(instruction: Instruction): number {
    if (this.program.length >= MAX_INSTRUCTIONS)
      throw new RegexError("error parsing regexp: expression nests or repeats too much");
    return this.program.push(instruction) - 1;
  }

  private compile(node: Node): void {
    switch (node.kind) {
      case "char":
        this.emit({ op: "char", test: runeTest(node.source, this.flags) });
        return;
      case "assert":
        this.emit({ op: "assert", source: node.source });
        return;
      case "sequence":
        for (const item of node.items) this.compile(item);
        return;
      case "group":
        this.emit({ op: "save", slot: node.index * 2 });
        this.compile(node.item);
        this.emit({ op: "save", slot: node.index * 2 + 1 });
        return;
      case "choice":
        this.choice(node.options);
        return;
      case "repeat":
        this.repeat(node);
    }
  }

  private choice(options: readonly Node[]): void {
    const ends: { op: "jump"; to: number }[] = [];
    for (const option of options.slice(0, -1)) {
      const split = { op: "split" as const, first: 0, second: 0 };
      split.first = this.emit(split) + 1;
      this.compile(option);
      const jump = { op: "jump" as const, to: 0 };
      this.emit(jump);
      ends.push(jump);
      split.second = this.program.length;
    }
    const last = options.at(-1);
    if (last) this.compile(last);
    for (const jump of ends) jump.to = this.program.length;
  }

  private repeat({ item, min, max, lazy }: Extract<Node, { kind: "repeat" }>): void {
    for (let i = 0; i < min; i += 1) this.compile(item);
    const splits: { enter: number; split: { op: "split"; first: number; second: number } }[] = [];
    const optional = () => {
      const split = { op: "split" as const, first: 0, second: 0 };
      const at = this.emit(split);
      splits.push({ enter: at + 1, split });
      this.compile(item);
      return at;
    };
    if (max === Number.POSITIVE_INFINITY) {
      const at = optional();
      this.emit({ op: "jump", to: at });
    } else for (let i = min; i < max; i += 1) optional();
    const leave = this.program.length;
    for (const { enter, split } of splits) {
      split.first = lazy ? leave : enter;
      split.second = lazy ? enter : leave;
    }
  }

  private run(text: string): Slots | undefined {
    let threads: { at: number; slots: Slots }[] = [];
    const start = (
      list: typeof threads,
      seen: Set<number>,
      of: { at: number; slots: Slots; position: number },
    ) => this.follow(list, seen, { ...of, text });
    start(threads, new Set(), { at: 0, slots: [], position: 0 });
    let position = 0;
    for (const rune of text) {
      position += rune.length;
      const next: typeof threads = [];
      const seen = new Set<number>();
      for (const { at, slots } of threads) {
        const instruction = this.program[at];
        if (instruction?.op === "char" && instruction.test(rune))
          start(next, seen, { at: at + 1, slots, position });
      }
      if (next.length === 0) return undefined;
      threads = next;
    }
    return threads.find(({ at }) => this.program[at]?.op === "match")?.slots;
  }

  /** Everything that can be reached without reading a character, by preference; each instruction once. */
  private follow(
    list: { at: number; slots: Slots }[],
    seen: Set<number>,
    from: { readonly at: number; readonly slots: Slots; readonly position: number; readonly text: string },
  ): void {
    const stack = [{ at: from.at, slots: from.slots }];
    for (let thread = stack.pop(); thread; thread = stack.pop()) {
      const { at, slots } = thread;
      if (seen.has(at)) continue;
      seen.add(at);
      const instruction = this.program[at];
      switch (instruction?.op) {
        case "jump":
          stack.push({ at: instruction.to, slots });
          break;
        case "split":
          stack.push({ at: instruction.second, slots }, { at: instruction.first, slots });
          break;
        case "save": {
          const saved = [...slots];
          saved[instruction.slot] = from.position;
          stack.push({ at: at + 1, slots: saved });
          break;
        }
        case "assert":
          if (holds(instruction.source, from)) stack.push({ at: at + 1, slots });
          break;
        default:
          list.push({ at, slots });
      }
    }
  }
}

function holds(
  source: string,
  { text, position }: { readonly text: string; readonly position: number },
): boolean {
  if (source === "^") return position === 0;
  if (source === "$") return position === text.length;
  const word = (at: number) => /\w/.test(text[at] ?? "");
  const boundary = word(position - 1) !== word(position);
  return source === "\\b" ? boundary : !boundary;
}

function runeTest(source: string, flags: string): (rune: string) => boolean {
  const expression = new RegExp(`^(?:${source})$`, flags.includes("i") ? "i" : "");
  const known = new Map<string, boolean>();
  return (rune) => {
    const before = known.get(rune);
    if (before !== undefined) return before;
    const fits = expression.test(rune);
    if (known.size < 512) known.set(rune, fits);
    return fits;
  };
}
