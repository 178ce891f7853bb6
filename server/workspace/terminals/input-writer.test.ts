import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { INPUT_HELD_MS } from "../limits.ts";
import { InputWriter } from "./input-writer.ts";

let folder: string;
let file: string;
let descriptor: number;
let interrupts: number;
let writer: InputWriter;
const written = () => readFileSync(file, "utf8");

beforeEach(() => {
  vi.useFakeTimers();
  folder = mkdtempSync(path.join(tmpdir(), "mw-input-"));
  file = path.join(folder, "pty");
  descriptor = openSync(file, "w");
  interrupts = 0;
  writer = new InputWriter({
    descriptor: () => descriptor,
    interrupt() {
      interrupts++;
    },
  });
});
afterEach(() => {
  writer.dispose();
  vi.useRealTimers();
  closeSync(descriptor);
  rmSync(folder, { recursive: true, force: true });
});

it("keeps what is typed until the program has said something, and then types it in order", () => {
  expect([writer.write("ls"), writer.write("\r")]).toEqual([true, true]);
  expect(written()).toBe("");
  writer.begin();
  writer.write("pwd\r");
  expect(written()).toBe("ls\rpwd\r");
});

it("a Ctrl-C to a program that is not there yet is a key like any other, and signals nobody", () => {
  writer.write("sleep 9");
  writer.write("\x03");
  expect([written(), interrupts]).toEqual(["", 0]);
  writer.begin();
  expect([written(), interrupts]).toEqual(["\x03", 0]);
});

it("a program that says nothing gets its keys after a while", () => {
  writer.write("a");
  vi.advanceTimersByTime(INPUT_HELD_MS - 1);
  expect(written()).toBe("");
  vi.advanceTimersByTime(1);
  expect(written()).toBe("a");
});

it("what was not typed when the program ends never is", () => {
  writer.write("a");
  writer.dispose();
  writer.begin();
  expect(written()).toBe("");
});
