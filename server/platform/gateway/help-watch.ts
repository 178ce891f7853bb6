import type { HostPicture, TerminalPicture } from "../../contracts/index.ts";
import type { HostClient, WorkspaceRegistry } from "../workspaces/index.ts";
import type { BrowserSocket } from "./browser-link.ts";
import { PICTURE_SHOWN_WITHIN_MS } from "./limits.ts";

interface Watched {
  client?: HostClient;
}

/**
 * What one instructor's page watches. The pictures come over a connection of their own to the learner's workspace; one is
 * under way to the page at a time, and the newest of those that came meanwhile follows it: a slow page delays nobody.
 */
export class HelpWatch {
  private readonly watched = new Map<string, Watched>();
  private readonly waiting = new Map<string, TerminalPicture>();
  private underWay = false;

  constructor(
    private readonly socket: BrowserSocket,
    private readonly registry: WorkspaceRegistry,
  ) {}

  /** Pictures of this terminal from now on, in place of the one that this session showed before. */
  async begin(
    session: string,
    { workspace, terminal }: { workspace: string; terminal: string },
  ): Promise<void> {
    this.end(session);
    const watched: Watched = {};
    this.watched.set(session, watched);
    const client = await this.registry.viewer(workspace, {
      event: (event) => event.event === "terminal-picture" && this.came(session, watched, event.picture),
      closed: () => {
        if (this.watched.get(session) === watched) this.watched.delete(session);
      },
    });
    watched.client = client;
    if (this.watched.get(session) !== watched) client.close();
    else await client.request("terminal.observe", { terminal });
  }

  /** Nothing of it is shown after this. */
  end(session: string): void {
    this.watched.get(session)?.client?.close();
    this.watched.delete(session);
    this.waiting.delete(session);
  }

  close(): void {
    for (const session of [...this.watched.keys()]) this.end(session);
  }

  private came(session: string, watched: Watched, picture: HostPicture): void {
    if (this.watched.get(session) !== watched) return;
    this.waiting.set(session, { session, ...picture });
    this.send();
  }

  private send(): void {
    const next = this.waiting.values().next();
    if (this.underWay || next.done) return;
    this.waiting.delete(next.value.session);
    this.underWay = true;
    // A page that never says so has gone, or sleeps; it gets the newest picture when it is back.
    this.socket.timeout(PICTURE_SHOWN_WITHIN_MS).emit("help:picture", next.value, () => {
      this.underWay = false;
      this.send();
    });
  }
}
