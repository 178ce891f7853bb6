export { authorizerFunctions, authorizerValue } from "./authorizer-library.ts";
export {
  type Bindings,
  CelCompiler,
  type Compiled,
  type Evaluation,
  type Expression,
  sizeOf,
} from "./expression.ts";
export { COMPILED_EXPRESSIONS, MESSAGE_BYTES } from "./limits.ts";
export { contentOf, OPAQUE, opaque, textOf } from "./opaque.ts";
export { absent, present } from "./optional-library.ts";
export { rootMetadata, type Scope } from "./problems.ts";
export { celValue, escaped, typeNameOf } from "./values.ts";
