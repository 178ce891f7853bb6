import { Writable } from "node:stream";

/** A stream whose text goes where a program writes. */
export function toLog(write: (text: string) => void): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      write(chunk.toString("utf8"));
      done();
    },
  });
}
