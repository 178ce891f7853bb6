"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import type { WireError, WorkspaceStatus } from "../../server/contracts/index.ts";
import { useConnectedEpoch, useWire } from "../socket/index.ts";

export interface WorkspaceUse {
  readonly status: WorkspaceStatus | undefined;
  readonly refused: WireError | undefined;
  reopen(): void;
}

const WorkspaceContext = createContext<WorkspaceUse>({
  status: undefined,
  refused: undefined,
  reopen: () => undefined,
});

/** Opens the learner's workspace for a lab, again after every reconnect, and follows its state. */
export function WorkspaceProvider({ lab, children }: { lab: string; children: ReactNode }) {
  const wire = useWire();
  const connected = useConnectedEpoch();
  const [status, setStatus] = useState<WorkspaceStatus>();
  const [refused, setRefused] = useState<WireError>();
  const [tries, setTries] = useState(0);

  useEffect(
    () =>
      wire?.on("workspace", (changed) => {
        setStatus(changed);
        // An answer that was too late is no refusal: the workspace itself says how it is.
        setRefused((earlier) => (earlier?.code === "timeout" ? undefined : earlier));
      }),
    [wire],
  );
  // The instructor moved the gate of the learner's class: what was refused may be open now.
  useEffect(() => wire?.on("class:mine", () => setTries((count) => count + 1)), [wire]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new connection or a click on "Try again" must ask again.
  useEffect(() => {
    if (!wire || connected === 0) return;
    let outdated = false;
    void wire.ask("workspace:open", { lab }).then((result) => {
      if (outdated) return;
      if (result.ok) setStatus(result.value);
      setRefused(result.ok || result.error.code === "unavailable" ? undefined : result.error);
    });
    return () => {
      outdated = true;
    };
  }, [wire, connected, lab, tries]);

  const reopen = () => setTries((count) => count + 1);
  return (
    <WorkspaceContext.Provider value={{ status, refused, reopen }}>{children}</WorkspaceContext.Provider>
  );
}

export const useWorkspace = (): WorkspaceUse => useContext(WorkspaceContext);
