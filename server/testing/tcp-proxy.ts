import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Between a client and a server, to be slow, to refuse, or to cut. */
export interface TcpProxy {
  readonly port: number;
  /** Bytes wait this long in each direction from now on. */
  delay(ms: number): void;
  /** New connections are closed at once, and those that are open are cut. */
  refuse(): void;
  /** Connections are taken again. */
  accept(): void;
  /** Each number once: after so many pieces since the last cut, the last one is delivered and its connection is cut. */
  cutAfter(pieces: readonly number[]): void;
  close(): Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const open = new Set<Socket>();
  let wait = 0;
  let refusing = false;
  let cuts: number[] = [];
  let pieces = 0;
  const server = createServer((client) => {
    if (refusing) return void client.destroy();
    const target = connect(targetPort, "127.0.0.1");
    join(client, target);
    join(target, client);
  });
  function join(from: Socket, to: Socket): void {
    open.add(from);
    from.on("data", (bytes) => {
      if (++pieces === cuts[0]) {
        pieces = 0;
        cuts = cuts.slice(1);
        // Who sent it never hears whether it arrived; it did.
        to.end(bytes);
        from.removeAllListeners("close").destroy();
        open.delete(from);
      } else if (wait === 0) to.write(bytes);
      else setTimeout(() => to.write(bytes), wait);
    });
    from.on("error", () => undefined); // it was cut: that is what we are for
    from.on("close", () => {
      open.delete(from);
      to.destroy();
    });
  }
  const cut = () => {
    for (const socket of [...open]) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // It listens on a port: the address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    port,
    cutAfter(numbers) {
      cuts = [...numbers];
      pieces = 0;
    },
    delay(ms) {
      wait = ms;
    },
    refuse() {
      refusing = true;
      cut();
    },
    accept() {
      refusing = false;
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
