export { TerminalDeck } from "./terminal-deck.tsx";
export type { TerminalHandle } from "./terminal-pane.tsx";
export { WatchedTerminal } from "./watched-terminal.tsx";
