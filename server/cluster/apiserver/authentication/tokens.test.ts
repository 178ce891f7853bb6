import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringOf, valueAt } from "../../apimachinery/index.ts";
import { type Harness, pod, startHarness } from "../testing/harness.ts";

const ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default";
const REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";

describe("service account tokens", () => {
  let api: Harness;
  beforeEach(async () => {
    api = await startHarness();
  });
  afterEach(() => api.server.dispose());

  const token = async (spec: object = {}) =>
    stringOf(valueAt(await api.create(`${ACCOUNT}/token`, { spec }), "status", "token"));
  const review = async (text: string, audiences?: readonly string[]) =>
    (await api.create(REVIEWS, { spec: { token: text, ...(audiences ? { audiences } : {}) } })).status;

  it("[TK1] are told apart by audience and carry who they stand for", async () => {
    const text = await token({ audiences: ["istio-ca"] });
    expect(await review(text, ["istio-ca", "other"])).toMatchObject({
      authenticated: true,
      audiences: ["istio-ca"],
      user: {
        username: "system:serviceaccount:default:default",
        groups: ["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"],
      },
    });
    expect(await review(text)).toMatchObject({ authenticated: false });
  });

  it("[TK2] end with their time, and with what they are bound to", async () => {
    await api.create("/api/v1/namespaces/default/pods", pod("a"));
    const short = await token({ expirationSeconds: 600 });
    const bound = await token({ boundObjectRef: { kind: "Pod", apiVersion: "v1", name: "a" } });
    expect(await review(short)).toMatchObject({ authenticated: true });
    expect(await review(bound)).toMatchObject({ authenticated: true });
    await api.request({ method: "DELETE", path: "/api/v1/namespaces/default/pods/a" });
    await api.clock.advance(600_000);
    expect(await review(short)).toEqual({ authenticated: false, user: {}, error: "[invalid bearer token]" });
    expect(await review(bound)).toMatchObject({ authenticated: false });
  });

  it("[TK3] cannot be forged or too short-lived", async () => {
    const [head, body] = (await token()).split(".");
    expect(await review(`${head}.${body}.${"A".repeat(86)}`)).toMatchObject({ authenticated: false });
    const { message } = await api.refusal({
      method: "POST",
      path: `${ACCOUNT}/token`,
      body: { spec: { expirationSeconds: 60 } },
    });
    expect(message).toBe(
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
    );
  });
});
