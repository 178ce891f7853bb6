export { type Fetched, type FetchOptions, fetchFrom } from "./fetch.ts";
export { escapeHtml, page } from "./page.ts";
export {
  type Handle,
  type HttpAnswer,
  type HttpRequest,
  json,
  pageNotFound,
  plain,
  redirect,
  serveHttp,
} from "./serve.ts";
export { GRPC, type GrpcHandle, serveGrpc } from "./serve-grpc.ts";
