import type { ConnectionState } from "../socket/index.ts";
import type { Texts } from "./texts.tsx";

export interface ConnectionWords {
  readonly tone: "good" | "busy" | "bad";
  readonly text: string;
}

// Long enough to be read, short enough not to be mistaken for the present.
const recoveredForMs = 4_000;

export function connectionWords(t: Texts<"shell">, state: ConnectionState, now: number): ConnectionWords {
  switch (state.phase) {
    case "connecting":
      return { tone: "busy", text: t("connection.connecting") };
    case "connected":
      return state.recoveredAt !== undefined && now - state.recoveredAt < recoveredForMs
        ? { tone: "good", text: t("connection.recovered") }
        : { tone: "good", text: t("connection.connected") };
    case "stopped":
      return { tone: "busy", text: t("connection.stopped") };
    case "reconnecting": {
      const seconds = Math.ceil((state.retryAt - now) / 1000);
      return {
        tone: "bad",
        text: seconds > 0 ? t("connection.reconnectingIn", { seconds }) : t("connection.reconnecting"),
      };
    }
  }
}
