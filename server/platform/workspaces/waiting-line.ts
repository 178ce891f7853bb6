import { MAX_WAITING } from "./limits.ts";

export interface WaitingPlace {
  /** 1: the next one. */
  readonly position: number;
  /** Until a workspace that nobody uses is stopped for this one; undefined: nobody can say when one is. */
  readonly expectedMs: number | undefined;
}

export interface WaitingLineDeps {
  /** Workspaces that this server can run at once. */
  readonly capacity: () => number;
  readonly running: () => readonly string[];
  /** When the workspaces that nobody uses will be stopped: milliseconds from now, the soonest first. */
  readonly freeIn: () => readonly number[];
  /** Somebody still looks at the page that waits. */
  readonly present: (workspace: string) => Promise<boolean>;
  /** It is this one's turn. */
  readonly start: (workspace: string, lab: string) => void;
  readonly tell: (workspace: string, place: WaitingPlace) => void;
}

interface Waiting {
  readonly workspace: string;
  readonly lab: string;
}

/** Who comes when the server is full waits for a turn, first come, first served; who goes away loses it at the next look. */
export class WaitingLine {
  private line: Waiting[] = [];
  /** Whose turn it was at the last look: a place is kept for each, though they are in the line no more. */
  private called = new Set<string>();

  constructor(private readonly deps: WaitingLineDeps) {}

  /** Undefined: start it. Asking again keeps the place. */
  claim(workspace: string, lab: string): WaitingPlace | undefined {
    if (this.mayStart(workspace)) {
      this.leave(workspace);
      return undefined;
    }
    if (!this.line.some((waiting) => waiting.workspace === workspace) && this.line.length < MAX_WAITING)
      this.line.push({ workspace, lab });
    return this.placeOf(workspace);
  }

  /** Whether a host may be started for it: there is room, and nobody has waited longer. */
  mayStart(workspace: string): boolean {
    const running = this.deps.running();
    if (running.includes(workspace) || this.called.has(workspace)) return true;
    const coming = [...this.called].filter((other) => !running.includes(other));
    const free = this.deps.capacity() - running.length - coming.length;
    const at = this.line.findIndex((waiting) => waiting.workspace === workspace);
    return (at === -1 ? this.line.length : at) < free;
  }

  /** Gives free places away, drops who has gone, and tells the others where they are. To be called now and then. */
  async look(): Promise<void> {
    const here = await Promise.all(this.line.map(({ workspace }) => this.deps.present(workspace)));
    const gone = new Set(this.line.filter((_, index) => here[index] === false));
    this.line = this.line.filter((waiting) => !gone.has(waiting));
    const free = Math.max(0, this.deps.capacity() - this.deps.running().length);
    const called = this.line.slice(0, free);
    this.line = this.line.slice(free);
    this.called = new Set(called.map(({ workspace }) => workspace));
    for (const { workspace, lab } of called) this.deps.start(workspace, lab);
    for (const { workspace } of this.line) this.deps.tell(workspace, this.placeOf(workspace));
  }

  get length(): number {
    return this.line.length;
  }

  private leave(workspace: string): void {
    this.line = this.line.filter((waiting) => waiting.workspace !== workspace);
  }

  private placeOf(workspace: string): WaitingPlace {
    const at = this.line.findIndex((waiting) => waiting.workspace === workspace);
    const position = (at === -1 ? this.line.length : at) + 1;
    return { position, expectedMs: this.deps.freeIn()[position - 1] };
  }
}

/** One sentence for who waits. */
export function waitingWords({ position, expectedMs }: WaitingPlace): string {
  const place = position === 1 ? "You are next in line" : `You are number ${position} in line`;
  const when =
    expectedMs === undefined
      ? "nobody can say yet when a place becomes free"
      : `a place becomes free in about ${Math.max(1, Math.ceil(expectedMs / 60_000))} min`;
  return `This server is full. ${place}; ${when}. Keep this page open, it goes on by itself.`;
}
