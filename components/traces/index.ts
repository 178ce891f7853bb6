export { TracesPane } from "./traces-pane.tsx";
