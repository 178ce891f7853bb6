// kubectl asks for OpenAPI v2 when v3 does not know a kind, as protobuf (gnostic OpenAPIv2.proto). The answer is a document
// without paths and definitions: kubectl then takes the kind for unknown and says so, as it would on a real cluster.
// The name that is asked for has an "@", which no media type may have; upstream answers with this one.
const SWAGGER_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

const TITLE = "Kubernetes";
const VERSION = "v1.35.2";

const field = (number: number, bytes: Buffer) =>
  Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes]);

const INFO = Buffer.concat([field(1, Buffer.from(TITLE)), field(2, Buffer.from(VERSION))]);

export function swagger(accept: string): { contentType: string; body: Buffer | string } {
  if (accept.includes("proto-openapi.spec.v2")) {
    const body = Buffer.concat([field(1, Buffer.from("2.0")), field(2, INFO), field(8, Buffer.alloc(0))]);
    return { contentType: SWAGGER_PROTOBUF, body };
  }
  const info = { title: TITLE, version: VERSION };
  return { contentType: "application/json", body: JSON.stringify({ swagger: "2.0", info, paths: {} }) };
}
