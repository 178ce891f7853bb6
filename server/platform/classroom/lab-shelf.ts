import type { LabSummary } from "../../contracts/index.ts";
import type { ClassroomRecord } from "../db/index.ts";
import { listLabs } from "../labs/index.ts";
import { MAX_SHELVES } from "./limits.ts";

export interface LabSource {
  readonly contentDir: string;
  readonly istioVersion: string;
}

export interface LabShelfDeps {
  /** What everybody reads who is in no class. */
  readonly server: LabSource;
  /** The copy of the labs with this digest. */
  readonly pinned: (digest: string) => string;
  /** Labs are being written: they are read each time. */
  readonly changing: boolean;
}

/** The labs' tables of contents, by class: a class reads the labs it was opened with. They do not change while a server runs. */
export class LabShelf {
  private readonly read = new Map<string, Promise<LabSummary[]>>();

  constructor(private readonly deps: LabShelfDeps) {}

  source(classroom: ClassroomRecord | undefined): LabSource {
    const { server, pinned } = this.deps;
    if (!classroom) return server;
    const { contentDigest, istioVersion } = classroom;
    return { contentDir: contentDigest ? pinned(contentDigest) : server.contentDir, istioVersion };
  }

  /** In teaching order; of a class only its workshop's. */
  async labs(classroom: ClassroomRecord | undefined): Promise<readonly LabSummary[]> {
    const all = await this.listed(this.source(classroom));
    return classroom ? all.filter(({ workshop }) => workshop === classroom.workshop) : all;
  }

  async lab(id: string, classroom: ClassroomRecord | undefined): Promise<LabSummary | undefined> {
    return (await this.listed(this.source(classroom))).find((summary) => summary.id === id);
  }

  private listed(source: LabSource): Promise<LabSummary[]> {
    if (this.deps.changing) return listLabs(source);
    const key = `${source.istioVersion} ${source.contentDir}`;
    const known = this.read.get(key);
    if (known) return known;
    if (this.read.size >= MAX_SHELVES) this.read.clear();
    const reading = listLabs(source);
    this.read.set(key, reading);
    // A failure is not remembered: somebody may mend the file.
    reading.catch(() => this.read.delete(key));
    return reading;
  }
}
