// The least that can be a web terminal: node-pty and ws in one process, every chunk a frame, no limit, no memory of it.
import type { AddressInfo } from "node:net";
import { spawn } from "node-pty";
import { WebSocketServer } from "ws";

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("connection", (socket) => {
  const pty = spawn("bash", ["--norc", "-i"], {
    ...{ cols: 80, rows: 24, name: "xterm-256color", encoding: null },
    env: { ...process.env, PS1: "$ " },
  });
  pty.onData((data: unknown) => {
    if (data instanceof Uint8Array) socket.send(data);
  });
  socket.on("message", (data) => pty.write(String(data)));
  socket.on("close", () => pty.kill());
});
server.on("listening", () => {
  const address: AddressInfo | string | null = server.address();
  if (address && typeof address === "object") console.log(JSON.stringify({ port: address.port }));
});
process.on("SIGTERM", () => process.exit(0));
