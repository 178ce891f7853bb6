/** Reading JSON whose shape is somebody else's: what is absent is empty, nothing throws. */
export {
  entries,
  type Fields as Json,
  field,
  list,
  strings,
  text,
} from "../../cluster/istio/install/index.ts";
