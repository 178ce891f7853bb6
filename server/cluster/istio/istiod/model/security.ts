import type { KubeObject } from "../../../apimachinery/index.ts";

export type MutualTlsMode = "UNSET" | "DISABLE" | "PERMISSIVE" | "STRICT";

export interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

export interface PeerAuthentication extends KubeObject {
  readonly spec?: {
    readonly selector?: Selector;
    readonly mtls?: { readonly mode?: MutualTlsMode };
    readonly portLevelMtls?: Readonly<Record<string, { readonly mode?: MutualTlsMode }>>;
  };
}

export interface AuthorizationSource {
  readonly principals?: readonly string[];
  readonly notPrincipals?: readonly string[];
  readonly requestPrincipals?: readonly string[];
  readonly notRequestPrincipals?: readonly string[];
  readonly namespaces?: readonly string[];
  readonly notNamespaces?: readonly string[];
  readonly ipBlocks?: readonly string[];
  readonly notIpBlocks?: readonly string[];
  readonly remoteIpBlocks?: readonly string[];
  readonly notRemoteIpBlocks?: readonly string[];
}

export interface AuthorizationOperation {
  readonly hosts?: readonly string[];
  readonly notHosts?: readonly string[];
  readonly ports?: readonly string[];
  readonly notPorts?: readonly string[];
  readonly methods?: readonly string[];
  readonly notMethods?: readonly string[];
  readonly paths?: readonly string[];
  readonly notPaths?: readonly string[];
}

export interface AuthorizationRule {
  readonly from?: readonly { readonly source?: AuthorizationSource }[];
  readonly to?: readonly { readonly operation?: AuthorizationOperation }[];
  readonly when?: readonly {
    readonly key: string;
    readonly values?: readonly string[];
    readonly notValues?: readonly string[];
  }[];
}

export interface AuthorizationPolicy extends KubeObject {
  readonly spec?: {
    readonly selector?: Selector;
    readonly targetRef?: TargetReference;
    readonly targetRefs?: readonly TargetReference[];
    readonly action?: "ALLOW" | "DENY" | "AUDIT" | "CUSTOM";
    readonly provider?: { readonly name?: string };
    readonly rules?: readonly AuthorizationRule[];
  };
}

/** Whom a policy is about when it names an object instead of labels. */
export interface TargetReference {
  readonly group?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

export interface JwtRule {
  readonly issuer: string;
  readonly audiences?: readonly string[];
  readonly jwksUri?: string;
  readonly jwks_uri?: string;
  readonly jwks?: string;
  readonly fromHeaders?: readonly { readonly name: string; readonly prefix?: string }[];
  readonly fromParams?: readonly string[];
  readonly fromCookies?: readonly string[];
  readonly outputPayloadToHeader?: string;
  readonly outputClaimToHeaders?: readonly { readonly header?: string; readonly claim?: string }[];
  readonly forwardOriginalToken?: boolean;
  readonly timeout?: string;
}

export interface RequestAuthentication extends KubeObject {
  readonly spec?: {
    readonly selector?: Selector;
    readonly targetRef?: TargetReference;
    readonly targetRefs?: readonly TargetReference[];
    readonly jwtRules?: readonly JwtRule[];
  };
}
