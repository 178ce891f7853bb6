/** Offers a text or a picture as a file. */
function save(name: string, url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

export function saveSvg(name: string, svg: string): void {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  save(`${name}.svg`, url);
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Twice the size, for a slide. Rejects when the browser cannot draw it. */
export async function savePng(name: string, svg: string): Promise<void> {
  const image = new Image();
  image.src = `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  save(`${name}.png`, canvas.toDataURL("image/png"));
}
