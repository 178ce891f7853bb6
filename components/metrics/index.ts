export { MetricsPane } from "./metrics-pane.tsx";
