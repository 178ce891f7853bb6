export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const gap = 14;
const edge = 12;

/** Where a card stands that speaks of `target`: beside it where there is room, else over its lower end. Always in the window. */
export function placeCard(
  target: Box,
  card: { readonly width: number; readonly height: number },
  window: { readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number } {
  const right = target.left + target.width;
  const bottom = target.top + target.height;
  const middle = target.top + target.height / 2 - card.height / 2;
  const within = (value: number, size: number, most: number) =>
    Math.max(edge, Math.min(value, most - size - edge));
  const at = (left: number, top: number) => ({
    left: within(left, card.width, window.width),
    top: within(top, card.height, window.height),
  });
  if (right + gap + card.width + edge <= window.width) return at(right + gap, middle);
  if (target.left - gap - card.width >= edge) return at(target.left - gap - card.width, middle);
  if (bottom + gap + card.height + edge <= window.height) return at(target.left, bottom + gap);
  if (target.top - gap - card.height >= edge) return at(target.left, target.top - gap - card.height);
  return at(target.left + target.width / 2 - card.width / 2, bottom - card.height - gap);
}
