import { entries, field, text } from "../json.ts";
import { type Config, selects } from "./objects.ts";

type Labels = Readonly<Record<string, string>>;

const selectorOf = ({ spec }: Config): Labels =>
  Object.fromEntries(
    entries(field(spec, "selector", "matchLabels")).map(([key, value]) => [key, String(value)]),
  );

const modeOf = (mtls: unknown): string | undefined => {
  const mode = text(mtls, "mode");
  return mode === "" || mode === "UNSET" ? undefined : mode;
};

/** The mTLS mode of a workload and the policies behind it. Follows pilot/pkg/security/authn ComposePeerAuthentication. */
export function peerAuthenticationLines(
  policies: readonly Config[],
  pod: Labels,
  rootNamespace: string,
): string[] {
  const applied = policies.filter((policy) => selects(selectorOf(policy), pod));
  const oldest = (wanted: (policy: Config) => boolean) =>
    applied
      .filter(wanted)
      .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))[0];
  const isWide = (policy: Config) => Object.keys(selectorOf(policy)).length === 0;
  const isRoot = ({ metadata }: Config) => metadata.namespace === rootNamespace;
  const mesh = oldest((policy) => isWide(policy) && isRoot(policy));
  const namespace = oldest((policy) => isWide(policy) && !isRoot(policy));
  const workload = oldest((policy) => !isWide(policy) && !isRoot(policy));
  const mode =
    modeOf(workload?.spec.mtls) ?? modeOf(namespace?.spec.mtls) ?? modeOf(mesh?.spec.mtls) ?? "PERMISSIVE";
  const ports = entries(workload?.spec.portLevelMtls).map(
    ([port, mtls]) => `      ${port}: ${modeOf(mtls) ?? mode}`,
  );
  return [
    "Effective PeerAuthentication:",
    `   Workload mTLS mode: ${mode}`,
    ...(ports.length > 0 ? ["   Port Level mTLS mode:", ...ports] : []),
    ...(applied.length > 0
      ? [
          "Applied PeerAuthentication:",
          `   ${applied.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`).join(", ")}`,
        ]
      : []),
  ];
}
