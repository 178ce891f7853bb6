import { z } from "zod";
import { labAction, labId, languageTag, stepConditions, stepId } from "./lab.ts";
import { meshGraphRequest } from "./mesh-graph.ts";
import { readName } from "./reads/index.ts";
import { wireError } from "./result.ts";
import {
  hostPicture,
  terminalAck,
  terminalAttach,
  terminalId,
  terminalInput,
  terminalResize,
} from "./terminal.ts";
import { workspaceStatus } from "./workspace.ts";

/**
 * Between web and a workspace host: one WebSocket per viewer (a browser's socket) and one "control" connection, over
 * the workspace's unix socket. Text frames are JSON; terminal output travels in binary frames (host-frames.ts).
 * The first frame is `hello`; nothing else is answered before it.
 */
export const HOST_PROTOCOL_VERSION = 1;

export const hostHello = z.strictObject({
  hello: z.strictObject({
    protocol: z.literal(HOST_PROTOCOL_VERSION),
    token: z.string().max(128),
    /** "control" keeps the workspace's events for the record; a "viewer" attaches terminals. */
    role: z.enum(["control", "viewer"]),
  }),
});
export type HostHello = z.infer<typeof hostHello>;

const empty = z.strictObject({});
const lab = z.strictObject({ lab: labId });
const step = z.strictObject({ lab: labId, step: stepId, language: languageTag.optional() });

/** Parameters by method. A method's value is described where it is called (host-client.ts). */
export const hostMethods = {
  "workspace.open": lab,
  "workspace.status": empty,
  "workspace.stop": empty,
  "terminal.attach": terminalAttach,
  "terminal.detach": z.strictObject({ terminal: terminalId }),
  "terminal.close": z.strictObject({ terminal: terminalId }),
  "terminal.input": terminalInput,
  "terminal.resize": terminalResize,
  "terminal.ack": terminalAck,
  /** Pictures of one terminal follow as events; `terminal` absent: no more. */
  "terminal.observe": z.strictObject({ terminal: terminalId.optional() }),
  /** Typed by somebody who helps. */
  "terminal.assist": z.strictObject({ terminal: terminalId, data: z.string().max(4_096) }),
  "terminal.list": empty,
  /** The last commands of the learner's shells. */
  "shell.history": empty,
  "conditions.watch": step,
  "conditions.check": step,
  "lab.preview": labAction,
  "lab.act": labAction,
  "mesh.graph": meshGraphRequest,
  /** The request is parsed by the read's own schema. */
  "workspace.read": z.strictObject({ read: readName, request: z.unknown() }),
} as const satisfies Record<string, z.ZodType>;
export type HostMethod = keyof typeof hostMethods;
export type HostParams<M extends HostMethod> = z.infer<(typeof hostMethods)[M]>;

const methodNames = z.enum([
  "workspace.open",
  "workspace.status",
  "workspace.stop",
  "terminal.attach",
  "terminal.detach",
  "terminal.close",
  "terminal.input",
  "terminal.resize",
  "terminal.ack",
  "terminal.observe",
  "terminal.assist",
  "terminal.list",
  "shell.history",
  "conditions.watch",
  "conditions.check",
  "lab.preview",
  "lab.act",
  "mesh.graph",
  "workspace.read",
] as const satisfies readonly HostMethod[]);

/** `id` is chosen by the caller and unique on its connection; `params` is parsed by the method's schema. */
export const hostRequest = z.strictObject({
  id: z.number().int().nonnegative(),
  method: methodNames,
  params: z.unknown(),
});
export type HostRequest = z.infer<typeof hostRequest>;

export const hostAnswer = z.strictObject({
  id: z.number().int(),
  ok: z.boolean(),
  value: z.unknown().optional(),
  error: wireError.optional(),
});
export type HostAnswer = z.infer<typeof hostAnswer>;

export const hostEvent = z.discriminatedUnion("event", [
  z.strictObject({ event: z.literal("welcome"), protocol: z.number().int(), pid: z.number().int() }),
  z.strictObject({ event: z.literal("status"), status: workspaceStatus }),
  z.strictObject({ event: z.literal("terminal-picture"), picture: hostPicture }),
  z.strictObject({ event: z.literal("conditions"), conditions: stepConditions }),
  z.strictObject({
    event: z.literal("terminal-exit"),
    exit: z.strictObject({ terminal: terminalId, epoch: z.string(), exitCode: z.number().int() }),
  }),
]);
export type HostEvent = z.infer<typeof hostEvent>;

/** What web reads from a text frame: an answer or an event. */
export const hostMessage = z.union([hostAnswer, hostEvent]);
export type HostMessage = z.infer<typeof hostMessage>;
