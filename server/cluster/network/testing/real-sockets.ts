import net from "node:net";
import { setImmediate as onNextTurn } from "node:timers";

export interface RealAddress {
  readonly host: string;
  readonly port: number;
}

export const dial = (to: RealAddress) =>
  new Promise<net.Socket>((resolve, reject) => {
    const socket = net.connect({ ...to, allowHalfOpen: true }, () => resolve(socket));
    socket.once("error", reject);
  });

const turn = () => new Promise((resolve) => onNextTurn(resolve));

export async function dialWhenOpen(to: RealAddress): Promise<net.Socket> {
  for (;;) {
    try {
      return await dial(to);
    } catch {
      await turn();
    }
  }
}

export async function untilRefused(to: RealAddress): Promise<string> {
  for (;;) {
    try {
      (await dial(to)).destroy();
      await turn();
    } catch (error) {
      return String(error);
    }
  }
}
