import type { ConnectionState } from "../socket/index.ts";

export interface ConnectionWords {
  readonly tone: "good" | "busy" | "bad";
  readonly text: string;
}

// Long enough to be read, short enough not to be mistaken for the present.
const recoveredForMs = 4_000;

export function connectionWords(state: ConnectionState, now: number): ConnectionWords {
  switch (state.phase) {
    case "connecting":
      return { tone: "busy", text: "connecting…" };
    case "connected":
      return state.recoveredAt !== undefined && now - state.recoveredAt < recoveredForMs
        ? { tone: "good", text: "recovered" }
        : { tone: "good", text: "connected" };
    case "reconnecting": {
      const seconds = Math.ceil((state.retryAt - now) / 1000);
      return { tone: "bad", text: seconds > 0 ? `reconnecting in ${seconds} s` : "reconnecting…" };
    }
  }
}
