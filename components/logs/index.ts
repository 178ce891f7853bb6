export { LogsPane } from "./logs-pane.tsx";
