export {
  type Config,
  regexProblem,
  type Verdict,
  type Warning,
  warningText,
} from "../../../cluster/istio/install/index.ts";
export { isIstioKind, validate } from "./validate.ts";
