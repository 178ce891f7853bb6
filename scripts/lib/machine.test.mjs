import { createServer } from "node:net";
import { expect, it } from "vitest";
import { checkNode, checkPort, portOwner } from "./machine.mjs";

const listen = (server) =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));

it("refuses a Node.js older than 20.19 and takes what is newer", () => {
  expect(
    ["18.20.4", "20.18.3", "20.19.0", "22.1.0", "24.0.0"].map((version) => checkNode(version).ok),
  ).toEqual([false, false, true, true, true]);
});

it("names the process that holds a port", async () => {
  const server = createServer();
  const port = await listen(server);
  try {
    const finding = await checkPort(port);
    expect(finding.ok).toBe(false);
    expect(finding.found).toContain(`taken by process ${process.pid} (`);
    expect(await portOwner(port)).toMatchObject({ pid: process.pid });
  } finally {
    server.close();
  }
});

it("says that a port nobody holds is free", async () => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  expect(await checkPort(port)).toMatchObject({ ok: true, found: "free" });
});
