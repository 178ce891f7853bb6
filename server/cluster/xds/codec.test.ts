import { Duplex, PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { FramingError, JsonLineStream } from "./codec.ts";

/** Two ends of a pipe, as a connection has them. */
function pair(highWaterMark = 16 * 1024): [Duplex, Duplex] {
  const there = new PassThrough({ highWaterMark });
  const back = new PassThrough({ highWaterMark });
  return [Duplex.from({ readable: back, writable: there }), Duplex.from({ readable: there, writable: back })];
}

async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

describe("JsonLineStream", () => {
  it("carries messages in order, also when they are cut and joined on the way", async () => {
    const wire = new PassThrough();
    const received = collect(new JsonLineStream<unknown, unknown>(wire).messages());
    const text = Buffer.from('{"a":"é"}\n{"b":2}\n\n[3]\n');
    for (const byte of text) wire.write(Buffer.from([byte]));
    wire.end();
    expect(await received).toEqual([{ a: "é" }, { b: 2 }, [3]]);
  });

  it("sends what the other end reads, waiting for a slow reader", async () => {
    const [left, right] = pair(64);
    const sender = new JsonLineStream<never, { n: number; pad: string }>(left);
    const received = collect(new JsonLineStream<{ n: number }, never>(right).messages());
    for (let n = 0; n < 20; n++) await sender.send({ n, pad: "x".repeat(500) });
    sender.end();
    expect((await received).map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, n) => n));
  });

  it("refuses a line that is not JSON", async () => {
    const wire = new PassThrough();
    wire.end("hello\n");
    await expect(collect(new JsonLineStream(wire).messages())).rejects.toEqual(
      new FramingError("a line is not JSON"),
    );
  });

  it("refuses a stream that ends inside a message", async () => {
    const wire = new PassThrough();
    wire.end('{"a":1}');
    await expect(collect(new JsonLineStream(wire).messages())).rejects.toEqual(
      new FramingError("the stream ended inside a message"),
    );
  });

  it("refuses to send on a closed stream", async () => {
    const wire = new PassThrough();
    wire.destroy();
    await expect(new JsonLineStream(wire).send({})).rejects.toThrow("stream is closed");
  });
});
