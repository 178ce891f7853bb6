import { type HttpAnswer, json } from "../../http/index.ts";
import { QueryError } from "../promql/ast.ts";

/** The envelope of the HTTP API. */
export const data = (value: unknown): HttpAnswer => withCors(json({ status: "success", data: value }));

export const failure = (status: number, errorType: string, error: string): HttpAnswer =>
  withCors(json({ status: "error", errorType, error }, status));

const withCors = (answer: HttpAnswer): HttpAnswer => ({
  ...answer,
  headers: { ...answer.headers, "access-control-allow-origin": "*" },
});

const STATUS = { bad_data: 400, execution: 422, timeout: 503 } as const;

export const refusal = (error: QueryError): HttpAnswer =>
  failure(STATUS[error.type], error.type, error.message);

/** A refusal of one parameter, by name. */
export const badParameter = (name: string, reason: string): QueryError =>
  new QueryError("bad_data", `invalid parameter "${name}": ${reason}`);
