import type { AccessLoggingSpec, MetricsSpec, Telemetry, TracingSpec } from "../model/telemetry.ts";
import { type Findings, noFindings } from "./findings.ts";
import { selectionErrors } from "./selection.ts";

/** Follows ValidateTelemetry. */
export function validateTelemetry({ spec = {} }: Telemetry): Findings {
  const findings = noFindings();
  const { metrics = [], tracing = [], accessLogging = [] } = spec;
  findings.errors.push(...selectionErrors(spec));
  for (const one of metrics) validateMetrics(one, findings);
  if (tracing.length > 1) findings.warnings.push("multiple tracing is not currently supported");
  for (const one of tracing) validateTracing(one, findings);
  for (const one of accessLogging) findings.errors.push(...providerErrors(one));
  return findings;
}

const providerErrors = ({ providers = [] }: MetricsSpec | TracingSpec | AccessLoggingSpec) =>
  providers.some(({ name }) => !name) ? ["providers.name may not be empty"] : [];

function validateTracing(spec: TracingSpec, { errors, warnings }: Findings): void {
  if ((spec.providers?.length ?? 0) > 1) warnings.push("multiple providers is not currently supported");
  errors.push(...providerErrors(spec));
  const sampling = spec.randomSamplingPercentage ?? 0;
  if (sampling < 0 || sampling > 100) errors.push("randomSamplingPercentage must be in range [0.0, 100.0]");
  for (const [name, { literal, header, environment }] of Object.entries(spec.customTags ?? {})) {
    if (name === "") errors.push("tag name may not be empty");
    if (literal && !literal.value) errors.push("literal tag value may not be empty");
    if (header && !header.name) errors.push("header tag name may not be empty");
    if (environment && !environment.name) errors.push("environment tag name may not be empty");
  }
}

function validateMetrics(spec: MetricsSpec, { errors, warnings }: Findings): void {
  errors.push(...providerErrors(spec));
  for (const { match, tagOverrides = {} } of spec.overrides ?? []) {
    for (const [name, { operation = "UPSERT", value }] of Object.entries(tagOverrides)) {
      if (name === "") warnings.push("tagOverrides.name may not be empty");
      if (operation === "UPSERT" && !value)
        errors.push("tagOverrides.value must be set when operation is UPSERT");
      if (operation === "REMOVE" && value)
        errors.push("tagOverrides.value may only be set when operation is UPSERT");
    }
    if (match?.customMetric === "") errors.push("customMetric may not be empty");
  }
}
