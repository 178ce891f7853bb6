import { unsupportedMediaType } from "../endpoints/input.ts";

/** placeholder */
export function decodeProtobuf(_bytes: Buffer): unknown {
  throw unsupportedMediaType(["application/json", "application/yaml"]);
}
