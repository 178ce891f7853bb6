import type { LabsPort } from "./labs-port.ts";
import { OWN_WORK_MS } from "./limits.ts";
import { configurationKinds, type FilesAt, writeTextFile } from "./reads/index.ts";
import type { HostState } from "./state.ts";
import { changesYaml, nameOfChange, type OwnChange, ownChanges } from "./timeline/index.ts";

export interface OwnWorkDeps {
  readonly labs: Pick<LabsPort, "cluster">;
  readonly files: () => FilesAt;
  readonly preparations: () => HostState["preparations"];
  readonly now: () => Date;
}

/** What the learner has made in the practice cluster: named before the cluster goes, and kept in a file on request. */
export class OwnWork {
  constructor(private readonly deps: OwnWorkDeps) {}

  /** "Gateway web-api in shop", for each object that is or was changed by the learner and not by a preparation. */
  async names(): Promise<readonly string[]> {
    return (await this.changes()).map(nameOfChange);
  }

  /** Writes it all as YAML into the workshop's folder. Resolves with the file's name; undefined: there is nothing. */
  async keep(): Promise<string | undefined> {
    const text = changesYaml(await this.changes());
    if (text === undefined) return undefined;
    const stamp = this.deps.now().toISOString().slice(0, 19).replaceAll(":", "-");
    const file = `kept-${stamp}.yaml`;
    await writeTextFile(this.deps.files(), { path: file, text, expected: null });
    return file;
  }

  private async changes(): Promise<readonly OwnChange[]> {
    const windows = this.deps.preparations();
    const [first, ...later] = windows;
    if (!first) return [];
    const { cluster, life } = await this.deps.labs.cluster();
    const signal = AbortSignal.any([life, AbortSignal.timeout(OWN_WORK_MS)]);
    // The API server's record has whole seconds.
    const theirs = (time: number) =>
      time > first.to && !later.some(({ from, to }) => time >= Math.floor(from / 1000) * 1000 && time <= to);
    return ownChanges({ cluster, signal }, configurationKinds, theirs);
  }
}
