import type { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import {
  arrayOf,
  badRequest,
  isObject,
  type KubeObject,
  methodNotSupported,
  StatusError,
  stringOf,
  valueAt,
} from "../../apimachinery/index.ts";
import { parseRequestInfo, type RequestInfo } from "../filters/request-info.ts";
import type { StreamRequest } from "../http/listener.ts";
import type { KubeletConnection, ServiceDialer } from "../kubelet-connection.ts";
import type { Reader } from "../registry/reader.ts";
import { noSuchResource, type Resources } from "../registry/resources.ts";
import { EXEC_PROTOCOLS, serveExec } from "./exec.ts";
import { logOptions, serveLogs } from "./logs.ts";
import { PORT_FORWARD_PROTOCOLS, servePortForward } from "./port-forward.ts";
import { proxyRequest } from "./proxy.ts";
import { acceptWebSocket } from "./websocket.ts";

export interface StreamDeps {
  readonly resources: Resources;
  readonly reader: Reader;
  kubelet(): KubeletConnection | undefined;
  dialer(): ServiceDialer | undefined;
}

type Info = RequestInfo & { kind: "resource" };

/** Requests that are carried to a node, a pod or a service instead of being answered from storage. */
export class Streams {
  constructor(private readonly deps: StreamDeps) {}

  /** Logs and proxies. True when the request was one of these. */
  async serve({ url, request }: StreamRequest, response: ServerResponse): Promise<boolean> {
    const info = parseRequestInfo(url.pathname);
    if (info.kind !== "resource" || info.group !== "") return false;
    if (info.plural === "pods" && info.subresource === "log") {
      if (request.method !== "GET") throw methodNotSupported(podsLog, "create");
      const pod = this.pod(info);
      const options = logOptions(url.searchParams, containerOf(pod, url.searchParams));
      await serveLogs(this.kubelet(), { pod: info, options }, response);
      return true;
    }
    if (info.subresource !== "proxy" || (info.plural !== "pods" && info.plural !== "services")) return false;
    await proxyRequest(request, response, this.proxyTarget(info, url));
    return true;
  }

  async upgrade({ url, request }: StreamRequest, socket: Duplex, head: Buffer): Promise<void> {
    const info = parseRequestInfo(url.pathname);
    if (info.kind !== "resource" || info.group !== "" || info.plural !== "pods") throw noSuchResource();
    const query = url.searchParams;
    const raw = { socket, head };
    const kubelet = this.kubelet();
    const pod = this.pod(info);
    const reference = { namespace: info.namespace, name: info.name };
    switch (info.subresource) {
      case "exec":
      case "attach": {
        const container = containerOf(pod, query);
        const command = query.getAll("command");
        const upgraded = await acceptWebSocket(request, EXEC_PROTOCOLS, raw);
        const flag = (name: string) => query.get(name) === "true" || query.get(name) === "1";
        const wants = {
          stdin: flag("stdin"),
          stdout: flag("stdout"),
          stderr: flag("stderr"),
          tty: flag("tty"),
        };
        await serveExec(upgraded, wants, (streams) =>
          info.subresource === "exec"
            ? kubelet.exec(reference, { container, command }, streams)
            : kubelet.attach(reference, { container }, streams).then(() => undefined),
        );
        break;
      }
      case "portforward": {
        if (valueAt(pod, "status", "phase") !== "Running") {
          throw badRequest(
            `pod ${info.name} is not running; current phase is ${stringOf(valueAt(pod, "status", "phase"))}`,
          );
        }
        const upgraded = await acceptWebSocket(request, PORT_FORWARD_PROTOCOLS, raw);
        const ports = query
          .getAll("ports")
          .flatMap((text) => text.split(","))
          .map(Number);
        const name = `${info.namespace}/${info.name}`;
        servePortForward(upgraded, {
          pod: name,
          ports,
          connect: (port) => kubelet.portForward(reference, port),
        });
        break;
      }
      default:
        throw noSuchResource();
    }
  }

  private pod(info: Info): KubeObject {
    const pods = this.deps.resources.find("", "v1", "pods");
    if (!pods) throw noSuchResource();
    const pod = this.deps.reader.get(pods, info);
    if (!stringOf(valueAt(pod, "spec", "nodeName"))) {
      throw badRequest(`pod ${info.name} does not have a host assigned`);
    }
    return pod;
  }

  private kubelet(): KubeletConnection {
    const kubelet = this.deps.kubelet();
    if (!kubelet) throw unavailable("no kubelet is connected");
    return kubelet;
  }

  /** The name may be `NAME`, `NAME:PORT` or `SCHEME:NAME:PORT`. Follows registry/core/pod and service proxy. */
  private proxyTarget(info: Info, url: URL) {
    const dialer = this.deps.dialer();
    if (!dialer) throw unavailable("no network is connected");
    const parts = info.name.split(":");
    const scheme: "http" | "https" = parts.length === 3 && parts[0] === "https" ? "https" : "http";
    const [name = "", port = ""] = parts.length === 3 ? parts.slice(1) : parts;
    const { namespace } = info;
    const resource = this.deps.resources.find("", "v1", info.plural);
    if (!resource) throw noSuchResource();
    const object = this.deps.reader.get(resource, { namespace, name });
    const path = `${proxiedPath(url.pathname)}${url.search}`;
    if (info.plural === "services") {
      const number = this.servicePort(object, port);
      const dial = () => dialer.dialService({ namespace, name, port: number });
      return { host: `${name}.${namespace}.svc`, path, scheme, dial };
    }
    const podPort = Number(port) || Number(firstPort(valueAt(object, "spec", "containers"), "ports")) || 80;
    const dial = () => dialer.dialPod({ namespace, name }, podPort);
    return { host: stringOf(valueAt(object, "status", "podIP")) || name, path, scheme, dial };
  }

  /** Follows registry/core/service/storage ResourceLocation. */
  private servicePort(service: KubeObject, wanted: string): number {
    const { namespace = "", name = "" } = service.metadata;
    const ports = arrayOf(valueAt(service, "spec", "ports"));
    const meant = (port: unknown) =>
      [valueAt(port, "name") ?? "", String(valueAt(port, "port"))].includes(wanted);
    // Without a port in the path: the unnamed one, or here the first.
    const found = ports.find(meant) ?? (wanted === "" ? ports[0] : undefined);
    const number = valueAt(found, "port");
    if (typeof number !== "number")
      throw unavailable(
        `no service port ${JSON.stringify(wanted)} found for service ${JSON.stringify(name)}`,
      );
    const slices = this.deps.resources.find("discovery.k8s.io", "v1", "endpointslices");
    const ready = (slices ? this.deps.reader.all(slices, namespace) : [])
      .filter(({ metadata }) => metadata.labels?.[SLICE_LABEL] === name)
      .flatMap(({ endpoints }) => arrayOf(endpoints))
      .some((endpoint) => valueAt(endpoint, "conditions", "ready") !== false);
    if (!ready) throw unavailable(`no endpoints available for service ${JSON.stringify(name)}`);
    return number;
  }
}

const SLICE_LABEL = "kubernetes.io/service-name";
const podsLog = { group: "", version: "v1", resource: "pods/log" };

/** What stands after `/proxy`, still encoded. */
function proxiedPath(pathname: string): string {
  return pathname.replace(/^.*?\/(?:pods|services)\/[^/]+\/proxy/, "") || "/";
}

function firstPort(list: unknown, key: "port" | "ports"): number | undefined {
  for (const item of arrayOf(list)) {
    const value =
      key === "port" ? valueAt(item, "port") : valueAt(arrayOf(valueAt(item, "ports"))[0], "containerPort");
    if (typeof value === "number") return value;
  }
  return undefined;
}

/** The container asked for, or the only one. Follows registry/core/pod strategy LogLocation and streamLocation. */
function containerOf(pod: KubeObject, query: URLSearchParams): string {
  const names = (field: string) =>
    arrayOf(valueAt(pod, "spec", field))
      .filter(isObject)
      .map((container) => stringOf(container.name));
  const [containers, inits] = [names("containers"), names("initContainers")];
  const asked = query.get("container") ?? "";
  const name = pod.metadata.name ?? "";
  if (asked !== "") {
    if ([...containers, ...inits, ...names("ephemeralContainers")].includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  if (containers.length === 1 && containers[0]) return containers[0];
  const more = inits.length > 0 ? ` or one of the init containers: [${inits.join(" ")}]` : "";
  throw badRequest(
    `a container name must be specified for pod ${name}, choose one of: [${containers.join(" ")}]${more}`,
  );
}

function unavailable(message: string): StatusError {
  return new StatusError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason: "ServiceUnavailable",
    code: 503,
  });
}
