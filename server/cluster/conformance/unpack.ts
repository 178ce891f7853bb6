/** The project's own unpacker; a script without types, so its face is written here. */
export async function unpack(minor: number, program = "kubectl"): Promise<string> {
  const { unpackKubectl }: { unpackKubectl(minor: number, program: string): Promise<string> } = await import(
    new URL("../../../scripts/lib/kubectl.mjs", import.meta.url).href
  );
  return unpackKubectl(minor, program);
}
