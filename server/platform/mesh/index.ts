export {
  createMeshGraphReader,
  type MeshGraphReader,
  type MeshGraphReaderDeps,
} from "./mesh-graph-reader.ts";
