import { expect, it } from "vitest";
import { TYPE_URL } from "../../../xds/index.ts";
import { app, worldOf } from "../testing/world.ts";
import { affectedTypes } from "./changes.ts";

const base = worldOf(app("web", { ip: "10.42.0.10" }));
const service = (spec: string) =>
  worldOf(`
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: web, namespace: shop}
spec: ${spec}`).virtualServices;

const { cluster, endpoint, listener, route, secret } = TYPE_URL;

it.each([
  ["nothing", base, []],
  ["an HTTP route", { ...base, virtualServices: service("{hosts: [web], http: [{route: []}]}") }, [route]],
  [
    "a TCP route",
    { ...base, virtualServices: service("{hosts: [web], tcp: [{route: []}]}") },
    [listener, route],
  ],
  ["an endpoint", { ...base, endpointSlices: [] }, [cluster, endpoint, listener]],
  ["a service", { ...base, services: [] }, [cluster, endpoint, listener, route, secret]],
])("%s", (_, after, types) => {
  expect([...affectedTypes(base, after)].sort()).toEqual([...types].sort());
});
