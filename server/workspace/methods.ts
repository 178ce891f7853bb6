import { type HostMethod, hostMethods } from "../contracts/host-protocol.ts";
import { readHistory } from "./files/index.ts";
import type { WorkspaceHost } from "./host.ts";
import type { LabsPort } from "./labs-port.ts";
import type { Reads } from "./reads/index.ts";
import type { Handle, Handled, Peer } from "./rpc/connection.ts";

export interface MethodDeps {
  readonly host: WorkspaceHost;
  readonly labs: LabsPort;
  readonly reads: Reads;
  readonly stop: () => void;
}

type Methods = { [M in HostMethod]: (params: unknown, peer: Peer) => Handled | Promise<Handled> };

/** What web may ask of this host. Parameters arrive parsed; parsing them again here only gives them their types. */
export function hostHandler({ host, labs, reads, stop }: MethodDeps): Handle {
  const methods: Methods = {
    "workspace.open": async (params) => ({
      value: await host.open(hostMethods["workspace.open"].parse(params).lab),
    }),
    "workspace.status": () => ({ value: host.board.status }),
    "workspace.stop": () => ({ value: null, after: stop }),
    "terminal.attach": async (params, peer) => {
      const { answer, begin } = await host.terminals.attach(
        peer,
        hostMethods["terminal.attach"].parse(params),
      );
      return { value: answer, after: begin };
    },
    "terminal.detach": (params, peer) => {
      host.terminals.detach(peer, hostMethods["terminal.detach"].parse(params).terminal);
      return { value: null };
    },
    "terminal.close": (params) => {
      host.terminals.close(hostMethods["terminal.close"].parse(params).terminal);
      return { value: null };
    },
    "terminal.input": (params, peer) => {
      const input = hostMethods["terminal.input"].parse(params);
      host.terminals.input(peer, input);
      return { value: { seq: input.seq } };
    },
    "terminal.resize": (params) => {
      host.terminals.resize(hostMethods["terminal.resize"].parse(params));
      return { value: null };
    },
    "terminal.ack": (params, peer) => {
      host.terminals.acknowledge(peer, hostMethods["terminal.ack"].parse(params));
      return { value: null };
    },
    "terminal.observe": (params, peer) => {
      const { terminal } = hostMethods["terminal.observe"].parse(params);
      if (terminal === undefined) host.terminals.unobserve(peer);
      else host.terminals.observe(peer, terminal);
      return { value: null };
    },
    "terminal.assist": (params) => {
      host.terminals.assist(hostMethods["terminal.assist"].parse(params));
      return { value: null };
    },
    "terminal.list": () => ({ value: host.terminals.names() }),
    "shell.history": () => ({ value: readHistory(host.home) }),
    "conditions.watch": async (params) => ({
      value: await labs.watch(hostMethods["conditions.watch"].parse(params)),
    }),
    // Only the asker is told: web keeps the result, then tells the learner's pages.
    "conditions.check": async (params) => ({
      value: await labs.check(hostMethods["conditions.check"].parse(params)),
    }),
    "lab.preview": async (params) => ({
      value: await host.actions.preview(hostMethods["lab.preview"].parse(params)),
    }),
    "lab.act": async (params) => ({ value: await host.actions.act(hostMethods["lab.act"].parse(params)) }),
    "mesh.graph": async (params) => ({ value: await labs.graph(hostMethods["mesh.graph"].parse(params)) }),
    "workspace.read": async (params) => {
      const { read, request } = hostMethods["workspace.read"].parse(params);
      return { value: await reads.answer(read, request) };
    },
  };
  return (peer, method, params) => methods[method](params, peer);
}
