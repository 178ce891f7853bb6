import type { ProxyConfig } from "../model/extensions.ts";
import type { PeerAuthentication } from "../model/security.ts";
import { type Findings, noFindings } from "./findings.ts";
import { selectionErrors } from "./selection.ts";

/** Follows ValidatePeerAuthentication. */
export function validatePeerAuthentication({ spec }: PeerAuthentication): Findings {
  const findings = noFindings();
  const selects = Object.keys(spec?.selector?.matchLabels ?? {}).length > 0;
  const ports = Object.keys(spec?.portLevelMtls ?? {});
  if (!selects && ports.length > 0)
    findings.errors.push("mesh/namespace peer authentication cannot have port level mTLS");
  for (const port of ports) if (Number(port) === 0) findings.errors.push("port cannot be 0");
  return findings;
}

/** Follows ValidateProxyConfig. */
export function validateProxyConfig({ spec = {} }: ProxyConfig): Findings {
  const negative = (spec.concurrency ?? 0) < 0;
  const errors = negative ? ["concurrency must be greater than or equal to 0"] : [];
  return { errors: [...selectionErrors(spec), ...errors], warnings: [] };
}
