import type { IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import type { KubeObject } from "../apimachinery/index.ts";
import { componentStatusStrategy } from "../apis/index.ts";
import type { ResourceStrategy } from "../apis/strategy.ts";
import { type Clock, DisposableStore, type Logger, type Random } from "../base/index.ts";
import type { Storage } from "../storage/index.ts";
import { AdmissionChain } from "./admission/chain.ts";
import { admissionPlugins } from "./admission/plugins.ts";
import { withCheckedExpressions } from "./admission/policy-definitions.ts";
import { PolicyExpressions } from "./admission/policy-expressions.ts";
import { answerReview, reviewStrategies } from "./authentication/reviews.ts";
import { ISSUER, makeTokenKey, ServiceAccountTokens } from "./authentication/service-account-tokens.ts";
import { subjectExists, tokenRequest } from "./authentication/token-request.ts";
import { type Attributes, attributesOf } from "./authorization/attributes.ts";
import { impersonated } from "./authorization/impersonation.ts";
import { Rbac } from "./authorization/rbac.ts";
import { refusal } from "./authorization/refusal.ts";
import { serveCustomResources } from "./crd/custom-resources.ts";
import { establishing } from "./crd/establishing.ts";
import { apiServiceStrategy } from "./discovery/api-services.ts";
import type { ApiCall, ApiReply } from "./endpoints/call.ts";
import { Handler } from "./endpoints/handler.ts";
import { objectSubresources } from "./endpoints/subresources.ts";
import { authenticator } from "./filters/authentication.ts";
import { clientCertificates } from "./filters/client-certificates.ts";
import type { UserInfo } from "./filters/user.ts";
import { Listener } from "./http/listener.ts";
import { NonResourcePaths, VERSION } from "./http/non-resource.ts";
import { inProcessTransport, type Transport } from "./in-process.ts";
import type { KubeletConnection, ServiceDialer } from "./kubelet-connection.ts";
import { ApiMetrics } from "./metrics/api-metrics.ts";
import { SchemaRules } from "./openapi/field-rules.ts";
import { generatedDefinitions } from "./openapi/generated.ts";
import { OpenApi } from "./openapi/openapi.ts";
import { type CertificateSigner, certificateSigner } from "./pki/certificate-signer.ts";
import { API_SERVER_NAMES, makeServingIdentity, type ServingIdentity } from "./pki/serving-certificate.ts";
import { Allocators } from "./registry/allocators.ts";
import { ClusterQuota, type QuotaLimits } from "./registry/cluster-quota.ts";
import { rfc3339 } from "./registry/deletion.ts";
import { Reader } from "./registry/reader.ts";
import { apiVersionOf, type Resource } from "./registry/resource.ts";
import { noSuchResource, Resources } from "./registry/resources.ts";
import { Watcher } from "./registry/watcher.ts";
import { Writer } from "./registry/writer.ts";
import { StateFiles } from "./state.ts";
import { Streams } from "./streaming/streams.ts";

export interface ApiServerDeps {
  readonly storage: Storage<KubeObject>;
  readonly strategies: readonly ResourceStrategy[];
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Where the CA, keys and the admin token are kept. Absent: made anew at each start. */
  readonly stateDir?: string;
  /** Service addresses; the API server's own is the first. */
  readonly serviceCIDR?: string;
  readonly kubelet?: KubeletConnection;
  readonly dialer?: ServiceDialer;
  /** What clients may take; absent: as limits.ts says. */
  readonly quota?: QuotaLimits;
  /** The generated schemas of the built-in kinds. */
  readonly openapiFile?: string;
}

export interface ListenOptions {
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
}

export interface ApiServer {
  /** A client inside the process, speaking as `user`. */
  transportFor(user: UserInfo): Transport;
  listen(options: ListenOptions): Promise<{ url: string; port: number; caPem: string }>;
  readonly adminToken: string;
  readonly caPem: string;
  /** A token as the TokenRequest API gives it, for parts that are built before they have a client. Throws NotFound. */
  issueToken(account: {
    namespace: string;
    name: string;
    audiences?: readonly string[];
    seconds?: number;
  }): string;
  /** Signs a certificate request with the cluster's authority, in PEM. Rejects what is no request. */
  readonly signCertificate: CertificateSigner;
  setKubelet(kubelet: KubeletConnection): void;
  setDialer(dialer: ServiceDialer): void;
  dispose(): void;
}

const ADMISSION = "admissionregistration.k8s.io";
const GENERATED = fileURLToPath(new URL("../apis/generated/openapi.json", import.meta.url));

export async function createApiServer(deps: ApiServerDeps): Promise<ApiServer> {
  const { storage, clock, random, logger } = deps;
  const running = new DisposableStore();
  const serviceCIDR = deps.serviceCIDR ?? "10.96.0.0/16";
  const state = new StateFiles(deps.stateDir);
  const resources = new Resources();
  const openapi = new OpenApi(resources, generatedDefinitions(deps.openapiFile ?? GENERATED));
  const reader = new Reader(storage);
  const rbac = new Rbac({ resources, reader });
  const expressions = new PolicyExpressions(rbac);
  const services = apiServiceStrategy(() => resources.all(), rfc3339(clock.now()));
  // Not among the kinds that are stored: nobody can watch these.
  const computed: ResourceStrategy[] = [services, componentStatusStrategy];
  const strategies = [...deps.strategies, ...reviewStrategies, ...computed].map((strategy) => {
    if (strategy.kind === "CustomResourceDefinition") return establishing(strategy);
    return strategy.group === ADMISSION ? withCheckedExpressions(strategy, expressions) : strategy;
  });
  for (const strategy of strategies) resources.add(builtIn(strategy, strategies, openapi));
  const withAddresses = resources.find("", "v1", "services");
  const allocators = new Allocators({
    random,
    serviceCIDR,
    services: () => (withAddresses ? reader.all(withAddresses) : []),
  });
  let { kubelet, dialer } = deps;
  const base = { resources, reader, clock, random, logger };
  const plugins = admissionPlugins({ ...base, rbac, expressions, dialer: () => dialer });
  const quota = new ClusterQuota({ clock, objects: () => storage.size }, deps.quota);
  const admission = new AdmissionChain(plugins);
  const writer = new Writer({ storage, clock, random, allocators, quota, admission });
  const tokens = new ServiceAccountTokens({
    clock,
    random,
    keyPem: await state.once("service-account-key.pem", makeTokenKey),
    stillExists: subjectExists(reader, resources),
  });
  const watcher = new Watcher(storage, clock);
  const definitions = resources.find("apiextensions.k8s.io", "v1", "customresourcedefinitions");
  if (definitions) {
    const purge = (resource: Resource) => writer.purge(resource);
    running.add(serveCustomResources({ resources, watcher, definitions, purge }));
  }
  const handler = new Handler({
    resources,
    reader,
    writer,
    watcher,
    fields: new SchemaRules(openapi, clock),
    subresources: new Map([...objectSubresources, ["serviceaccounts/token", tokenRequest(tokens)]]),
    review: (request) => answerReview(request, { tokens, rbac }),
  });
  const authorize = (asked: Attributes): void => {
    const { allowed, reason } = rbac.decide(asked);
    if (!allowed) throw refusal(asked, reason);
  };
  const authorized = async (call: ApiCall): Promise<ApiReply> => {
    const { watch, fieldSelector = "" } = call.query;
    authorize(attributesOf({ ...call, watch: watch === "true" || watch === "1", fieldSelector }));
    return handler.handle(call);
  };
  let address = "";
  const streams = new Streams({ resources, reader, kubelet: () => kubelet, dialer: () => dialer });
  const count = (prefix: string) => storage.count(prefix);
  const metrics = new ApiMetrics({ clock, resources, count, gitVersion: VERSION.gitVersion });
  const nonResource = new NonResourcePaths({ resources, openapi, metrics, serverAddress: () => address });
  const firstAddress = serviceCIDR.replace(/\.\d+\/\d+$/, ".1");
  const identity = parseIdentity(
    await state.once("identity.json", async () =>
      JSON.stringify(
        await makeServingIdentity(
          { clock, random },
          { dnsNames: API_SERVER_NAMES, addresses: ["127.0.0.1", firstAddress] },
        ),
      ),
    ),
  );
  const adminToken = await state.once("admin-token", () =>
    Buffer.from(random.bytes(32)).toString("base64url"),
  );
  return {
    adminToken,
    caPem: identity.caPem,
    transportFor: (user) =>
      inProcessTransport({
        user,
        handle: authorized,
        document: (path) => {
          const found = nonResource.answer(path, "");
          return found?.contentType.startsWith("application/json")
            ? JSON.parse(String(found.body))
            : undefined;
        },
      }),
    async listen({ port, host = "127.0.0.1" }) {
      const byCertificate = clientCertificates(identity.caPem, clock);
      const byToken = authenticator(adminToken, (token) => tokens.verify(token)?.user);
      const authenticated = (request: IncomingMessage) => byCertificate(request) ?? byToken(request);
      const listener = new Listener({
        identity,
        clock,
        logger,
        authenticate: (request) => impersonated(request.headers, authenticated(request), authorize),
        authorize,
        nonResource,
        metrics,
        quota,
        handle: (call) => handler.handle(call),
        stream: (request, response) => streams.serve(request, response),
        upgrade: (request, socket, head) => streams.upgrade(request, socket, head),
      });
      running.add({ dispose: () => listener.close() });
      const bound = await listener.listen(port, host);
      address = `${host}:${bound.port}`;
      return { url: `https://${address}`, port: bound.port, caPem: identity.caPem };
    },
    issueToken({ namespace, name, audiences = [ISSUER], seconds = 3600 }) {
      const accounts = resources.find("", "v1", "serviceaccounts");
      if (!accounts) throw noSuchResource();
      const { uid = "" } = reader.get(accounts, { namespace, name }).metadata;
      return tokens.issue({ namespace, name, uid }, audiences, seconds).token;
    },
    signCertificate: certificateSigner(identity, { clock, random }),
    setKubelet: (connected) => {
      kubelet = connected;
    },
    setDialer: (connected) => {
      dialer = connected;
    },
    dispose: () => running.dispose(),
  };
}

function builtIn(strategy: ResourceStrategy, all: readonly ResourceStrategy[], openapi: OpenApi): Resource {
  const { group, version, plural, kind } = strategy;
  const first = all.find((other) => other.group === group && other.plural === plural) ?? strategy;
  return {
    strategy,
    apiVersion: apiVersionOf(group, version),
    storageApiVersion: apiVersionOf(group, first.version),
    custom: false,
    schema: () => openapi.definition(openapi.componentOf(group, version, kind) ?? ""),
  };
}

function parseIdentity(text: string): ServingIdentity {
  const value: unknown = JSON.parse(text);
  if (
    typeof value === "object" &&
    value !== null &&
    "caPem" in value &&
    "certPem" in value &&
    "keyPem" in value &&
    "caKeyPem" in value
  ) {
    const { caPem, caKeyPem, certPem, keyPem } = value;
    return {
      ...{ caPem: String(caPem), caKeyPem: String(caKeyPem) },
      certPem: String(certPem),
      keyPem: String(keyPem),
    };
  }
  throw new Error("identity.json in the state folder is not a serving identity");
}
