import { privateSocketPath } from "../../../workspace/index.ts";
import { HostError } from "../host-client.ts";
import type { Wall } from "./wall.ts";

/** Plain processes of the person who started us. */
export const noWall: Wall = {
  isolation: "none",
  room(_workspace, dir) {
    const socketPath = socketPathFor(dir);
    return {
      ...{ socketPath, hostSocketPath: socketPath, uid: undefined, hostArguments: [] },
      command: (words) => ({ words, env: process.env }),
    };
  },
};

function socketPathFor(dir: string): string {
  try {
    return privateSocketPath(dir, "host.sock");
  } catch (error) {
    throw new HostError("unavailable", error instanceof Error ? error.message : String(error));
  }
}
