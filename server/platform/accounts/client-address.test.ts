import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { clientAddress } from "./client-address.ts";

function from(remoteAddress: string, forwarded?: string): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: remoteAddress });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers["x-forwarded-for"] = forwarded;
  return request;
}

it.each([
  // Without a proxy of ours nobody is believed.
  ["203.0.113.7", "1.2.3.4", 0, "203.0.113.7"],
  ["::ffff:203.0.113.7", undefined, 0, "203.0.113.7"],
  // With one, only what that one wrote: the last.
  ["10.0.0.1", "1.2.3.4, 203.0.113.7", 1, "203.0.113.7"],
  ["10.0.0.1", "1.2.3.4, 203.0.113.7, 10.0.0.2", 2, "203.0.113.7"],
  ["10.0.0.1", undefined, 1, "10.0.0.1"],
  ["10.0.0.1", "unknown", 1, "10.0.0.1"],
  ["10.0.0.1", "203.0.113.7", 2, "10.0.0.1"],
  // A subscriber has a whole /64.
  ["2001:db8:1:2:3:4:5:6", undefined, 0, "2001:db8:1:2::"],
  ["2001:DB8:1:2::9", undefined, 0, "2001:db8:1:2::"],
  ["::1", undefined, 0, "0:0:0:0::"],
])("%s, forwarded for %s, with %d proxies is %s", (...[remote, forwarded, proxies, address]) => {
  expect(clientAddress(from(remote, forwarded), proxies)).toBe(address);
});
