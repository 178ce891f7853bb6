import { gzipSync } from "node:zlib";

export interface ArchiveFile {
  /** From the archive's root, with slashes. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
}

const BLOCK = 512;
/** Where the fields of a POSIX ustar header lie (IEEE Std 1003.1, pax, "ustar Interchange Format"): offset and width. */
const FIELD = { name: [0, 100], checksum: [148, 8], prefix: [345, 155] } as const;

/** A .tar.gz of regular files. The same files give the same bytes. Throws when a path does not fit into a ustar header. */
export function tarball(files: readonly ArchiveFile[], modified: Date): Uint8Array {
  const seconds = Math.floor(modified.getTime() / 1000);
  const blocks = files.flatMap((file) => [header(file, seconds), padded(file.content)]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]), { level: 9 });
}

function padded(content: Uint8Array): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

function header({ path, content, executable }: ArchiveFile, seconds: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const [prefix, name] = split(path);
  block.write(name, ...FIELD.name);
  block.write(executable ? "0000755\0" : "0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${octal(content.length, 11)}\0`, 124);
  block.write(`${octal(seconds, 11)}\0`, 136);
  block.write(" ".repeat(8), ...FIELD.checksum);
  block.write("0", 156); // a regular file
  block.write("ustar\0", 257);
  block.write("00", 263);
  block.write(prefix, ...FIELD.prefix);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, ...FIELD.checksum);
  return block;
}

const octal = (value: number, width: number) => value.toString(8).padStart(width, "0");

/** A path longer than the name field is cut at a slash into prefix and name. */
function split(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= FIELD.name[1]) return ["", path];
  const slash = path.lastIndexOf("/", FIELD.prefix[1]);
  const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
  if (slash < 0 || Buffer.byteLength(name) > FIELD.name[1] || Buffer.byteLength(prefix) > FIELD.prefix[1])
    throw new Error(`${path}: too long for a tar archive`);
  return [prefix, name];
}
