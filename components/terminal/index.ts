export { type TerminalHandle, TerminalPane } from "./terminal-pane.tsx";
