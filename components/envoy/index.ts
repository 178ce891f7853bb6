export { EnvoyPane } from "./envoy-pane.tsx";
