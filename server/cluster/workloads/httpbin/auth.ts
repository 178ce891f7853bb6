import { type Endpoint, failure, jsonAnswer } from "./exchange.ts";
import { go } from "./facts.ts";
import { statusAnswer } from "./status.ts";

/** /basic-auth/USER/PASSWORD; the hidden one says 404 instead of asking. */
export const basicAuth =
  (refusal: 401 | 404): Endpoint =>
  (exchange) => {
    const { request, rest, dialect } = exchange;
    const [user = "", password = ""] = rest;
    const [scheme = "", given = ""] = (request.header("authorization") ?? "").split(" ");
    const known =
      scheme.toLowerCase() === "basic" &&
      Buffer.from(given, "base64").toString("utf8") === `${user}:${password}`;
    if (known)
      return jsonAnswer(
        dialect === go ? { authorized: true, user } : { authenticated: true, user },
        exchange,
      );
    if (refusal === 404) return failure(exchange, 404);
    if (dialect !== go) return statusAnswer(401, "text/html; charset=utf-8");
    return {
      ...jsonAnswer({ authorized: false, user: "" }, exchange, 401),
      headers: { "content-type": dialect.jsonType, "www-authenticate": 'Basic realm="Fake Realm"' },
    };
  };

export const bearer: Endpoint = (exchange) => {
  const [scheme = "", token = ""] = (exchange.request.header("authorization") ?? "").split(" ");
  return scheme === "Bearer" && token
    ? jsonAnswer({ authenticated: true, token }, exchange)
    : { status: 401, headers: { "www-authenticate": "Bearer" } };
};
