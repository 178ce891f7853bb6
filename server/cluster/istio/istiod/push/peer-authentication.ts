import type { MutualTlsMode, PeerAuthentication } from "../model/security.ts";
import { labelsMatch } from "./host-names.ts";

type Effective = Exclude<MutualTlsMode, "UNSET">;

/** Mutual TLS settings of one workload: for every port, and for single ones. */
export interface WorkloadMtls {
  readonly mode: Effective;
  /** By container port. */
  readonly ports: ReadonlyMap<number, Effective>;
}

const selects = (policy: PeerAuthentication): boolean =>
  Object.keys(policy.spec?.selector?.matchLabels ?? {}).length > 0;

const modeOf = (policy: PeerAuthentication | undefined): MutualTlsMode => policy?.spec?.mtls?.mode ?? "UNSET";

/** In one scope the oldest policy wins. Equal times: by name, so that the answer is stable. */
function oldest(policies: readonly PeerAuthentication[]): PeerAuthentication | undefined {
  return [...policies].sort(
    (a, b) =>
      (a.metadata.creationTimestamp ?? "").localeCompare(b.metadata.creationTimestamp ?? "") ||
      (a.metadata.name ?? "").localeCompare(b.metadata.name ?? ""),
  )[0];
}

export class PeerAuthentications {
  constructor(
    private readonly policies: readonly PeerAuthentication[],
    private readonly rootNamespace: string,
  ) {}

  /** The mode without workload policies: of the namespace, else of the mesh, else PERMISSIVE. */
  namespaceMode(namespace: string): Effective {
    const inherit = (mode: MutualTlsMode, parent: Effective): Effective => (mode === "UNSET" ? parent : mode);
    const mesh = inherit(modeOf(this.scopePolicy(this.rootNamespace)), "PERMISSIVE");
    return inherit(modeOf(this.scopePolicy(namespace)), mesh);
  }

  workload(namespace: string, labels: Readonly<Record<string, string>>): WorkloadMtls {
    const parent = this.namespaceMode(namespace);
    const policy = oldest(
      this.policies.filter(
        (candidate) =>
          candidate.metadata.namespace === namespace &&
          selects(candidate) &&
          labelsMatch(candidate.spec?.selector?.matchLabels, labels),
      ),
    );
    const own = modeOf(policy);
    const mode = own === "UNSET" ? parent : own;
    const ports = new Map<number, Effective>();
    for (const [port, { mode: portMode = "UNSET" }] of Object.entries(policy?.spec?.portLevelMtls ?? {}))
      ports.set(Number(port), portMode === "UNSET" ? mode : portMode);
    return { mode, ports };
  }

  private scopePolicy(namespace: string): PeerAuthentication | undefined {
    return oldest(
      this.policies.filter((policy) => policy.metadata.namespace === namespace && !selects(policy)),
    );
  }
}
