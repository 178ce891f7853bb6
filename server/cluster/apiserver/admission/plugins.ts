import { isNotFound, stringOf, valueAt } from "../../apimachinery/index.ts";
import type { Clock, Logger, Random } from "../../base/index.ts";
import type { Rbac } from "../authorization/rbac.ts";
import type { ServiceDialer } from "../kubelet-connection.ts";
import type { Reader } from "../registry/reader.ts";
import type { Resource } from "../registry/resource.ts";
import type { Resources } from "../registry/resources.ts";
import { admissionPolicies } from "./admission-policies.ts";
import type { AdmissionPlugin } from "./attributes.ts";
import { certificateRequests } from "./certificate-requests.ts";
import { limitRanger } from "./limit-ranger.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import { podDefaults } from "./pod-defaults.ts";
import type { PolicyExpressions } from "./policy-expressions.ts";
import { priorityAdmission } from "./priority.ts";
import { rbacEscalation } from "./rbac-escalation.ts";
import { resourceQuota } from "./resource-quota.ts";
import { runtimeClassAdmission } from "./runtime-class.ts";
import { serviceAccountAdmission } from "./service-account.ts";
import { Webhooks } from "./webhooks.ts";

export interface PluginDeps {
  readonly resources: Resources;
  readonly reader: Reader;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly rbac: Rbac;
  readonly expressions: PolicyExpressions;
  dialer(): ServiceDialer | undefined;
}

/** The plugins in the order in which kube-apiserver runs them; those whose kinds are not served are left out. */
export function admissionPlugins(deps: PluginDeps): AdmissionPlugin[] {
  const { resources, reader, clock, random, logger } = deps;
  const core = (plural: string) => resources.find("", "v1", plural);
  const webhookKind = (plural: string) => resources.find("admissionregistration.k8s.io", "v1", plural);
  const [namespaces, services, accounts] = [core("namespaces"), core("services"), core("serviceaccounts")];
  const [limits, quotas] = [core("limitranges"), core("resourcequotas")];
  const [policies, bindings] = [
    webhookKind("validatingadmissionpolicies"),
    webhookKind("validatingadmissionpolicybindings"),
  ];
  const lookUp = (resource: Resource | undefined, reference: { namespace: string; name: string }) => {
    if (!resource) return undefined;
    try {
      return reader.get(resource, reference);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const priorities = resources.find("scheduling.k8s.io", "v1", "priorityclasses");
  const runtimes = resources.find("node.k8s.io", "v1", "runtimeclasses");
  const { expressions } = deps;
  const namespaceObject = (name: string) => lookUp(namespaces, { namespace: "", name });
  const namespaceLabels = (name: string) => namespaceObject(name)?.metadata.labels;
  const policyDeps = { reader, resources, expressions, namespaceObject, namespaceLabels };
  return [
    ...(namespaces ? [namespaceLifecycle(reader, namespaces)] : []),
    ...(limits ? [limitRanger(reader, limits)] : []),
    ...(accounts ? [serviceAccountAdmission({ reader, accounts, clock, random })] : []),
    podDefaults(),
    ...(priorities ? [priorityAdmission(reader, priorities)] : []),
    ...(runtimes ? [runtimeClassAdmission(reader, runtimes)] : []),
    rbacEscalation(deps.rbac),
    certificateRequests(deps.rbac),
    ...(policies && bindings ? [admissionPolicies({ ...policyDeps, policies, bindings })] : []),
    new Webhooks({
      resources,
      expressions,
      namespaceObject,
      reader,
      clock,
      random,
      logger,
      dialer: deps.dialer,
      mutating: webhookKind("mutatingwebhookconfigurations"),
      validating: webhookKind("validatingwebhookconfigurations"),
      namespaceLabels,
      clusterIP: (namespace, name) => {
        const service = lookUp(services, { namespace, name });
        return service && stringOf(valueAt(service, "spec", "clusterIP"));
      },
    }),
    // Last: what something else refuses must not be counted.
    ...(quotas ? [resourceQuota(reader, quotas)] : []),
  ];
}
