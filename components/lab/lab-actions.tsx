"use client";

import { createContext, type ReactNode, useContext } from "react";

export interface LabActions {
  /** Types the command into the terminal and runs it. */
  run(command: string): void;
  /** Brings the terminal to the front and the focus into it. */
  showTerminal(): void;
  /** A question of the text was answered. */
  answered(question: string, right: boolean): void;
  /** A shell is there to take it. */
  readonly canRun: boolean;
}

const LabActionsContext = createContext<LabActions>({
  run: () => undefined,
  showTerminal: () => undefined,
  answered: () => undefined,
  canRun: false,
});

export function LabActionsProvider({ actions, children }: { actions: LabActions; children: ReactNode }) {
  return <LabActionsContext.Provider value={actions}>{children}</LabActionsContext.Provider>;
}

export const useLabActions = (): LabActions => useContext(LabActionsContext);
