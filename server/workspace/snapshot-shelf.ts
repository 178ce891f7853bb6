import path from "node:path";
import { clusterCommand, type HostOptions } from "./options.ts";
import type { LabPreparation } from "./preparation/index.ts";
import { findSnapshot, restoreFiles, type Snapshot } from "./snapshots/index.ts";

/** How a lab is begun: from its prepared start, or by preparing it. */
export interface LabStart {
  readonly preparation: LabPreparation;
  readonly snapshot: Snapshot | undefined;
}

/** The prepared starts that this workspace may begin with. */
export class SnapshotShelf {
  constructor(
    private readonly options: HostOptions,
    private readonly folder: string,
  ) {}

  async find(lab: string, preparation: LabPreparation): Promise<Snapshot | undefined> {
    const { snapshots, content, workshop, kubeconfig } = this.options;
    if (!snapshots || !content || kubeconfig) return undefined;
    const source = {
      ...{ lab, preparation, istioVersion: this.options["istio-version"] },
      filesDir: path.join(content, "workshops", workshop, "files"),
      clusterProgram: clusterCommand(this.options).at(-1) ?? "",
    };
    // Without its prepared start a lab is prepared; a disk that fails is told there.
    return findSnapshot(snapshots, source).catch(() => undefined);
  }

  layFiles(snapshot: Snapshot): true {
    restoreFiles(snapshot, { home: this.options.home, folder: this.folder });
    return true;
  }
}
