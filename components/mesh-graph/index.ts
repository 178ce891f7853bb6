export { MeshGraphPane } from "./mesh-graph-pane.tsx";
