import {
  gatesFor,
  ISTIO_VERSIONS,
  isIstioVersion,
  type VersionGates,
} from "../../cluster/istio/install/index.ts";
import { CommandError } from "./errors.ts";

/** What this istioctl's release does otherwise than others. Throws CommandError for a release that is not practised. */
export function releaseGates(version: string): VersionGates {
  if (isIstioVersion(version)) return gatesFor(version);
  throw new CommandError(
    `Istio ${version} is not supported by the practice cluster; it knows ${ISTIO_VERSIONS.join(", ")}`,
  );
}
