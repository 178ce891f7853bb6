import {
  bool,
  duration,
  list,
  map,
  object,
  oneOf,
  type Schema,
  say,
  str,
  strings,
  targetReference,
  workloadSelector,
} from "./schema.ts";

const mutualTls = object({
  mode: say(
    oneOf("UNSET", "DISABLE", "PERMISSIVE", "STRICT"),
    "STRICT takes mutual TLS only, PERMISSIVE also plain text, UNSET what the parent says.",
  ),
});

export const peerAuthenticationSpec: Schema = say(
  object({
    selector: workloadSelector,
    mtls: mutualTls,
    portLevelMtls: say(map(mutualTls), "By container port. Only in a policy that selects workloads."),
  }),
  "Whether workloads accept plain text.",
);

const source = object({
  principals: strings,
  notPrincipals: strings,
  requestPrincipals: strings,
  notRequestPrincipals: strings,
  namespaces: strings,
  notNamespaces: strings,
  ipBlocks: strings,
  notIpBlocks: strings,
  remoteIpBlocks: strings,
  notRemoteIpBlocks: strings,
});

const operation = object({
  hosts: strings,
  notHosts: strings,
  ports: strings,
  notPorts: strings,
  methods: strings,
  notMethods: strings,
  paths: strings,
  notPaths: strings,
});

export const authorizationPolicySpec: Schema = say(
  object({
    selector: workloadSelector,
    targetRef: targetReference,
    targetRefs: list(targetReference),
    action: oneOf("ALLOW", "DENY", "AUDIT", "CUSTOM"),
    provider: object({ name: str }),
    rules: list(
      object({
        from: list(object({ source })),
        to: list(object({ operation })),
        when: list(object({ key: str, values: strings, notValues: strings }, ["key"])),
      }),
      "A request matches if one rule does. Absent: nothing matches.",
    ),
  }),
  "Who may ask what of a workload.",
);

export const requestAuthenticationSpec: Schema = say(
  object({
    selector: workloadSelector,
    targetRef: targetReference,
    targetRefs: list(targetReference),
    jwtRules: list(
      object(
        {
          issuer: str,
          audiences: strings,
          jwksUri: str,
          jwks_uri: str,
          jwks: str,
          fromHeaders: list(object({ name: str, prefix: str }, ["name"])),
          fromParams: strings,
          fromCookies: strings,
          outputPayloadToHeader: str,
          outputClaimToHeaders: list(object({ header: str, claim: str })),
          forwardOriginalToken: bool,
          timeout: duration,
        },
        ["issuer"],
      ),
    ),
  }),
  "Which tokens workloads accept.",
);

export const selectorNeededForPorts = {
  rule: "(has(self.selector) && has(self.selector.matchLabels) && self.selector.matchLabels.size() > 0) || !has(self.portLevelMtls)",
  message: "portLevelMtls requires selector",
};
