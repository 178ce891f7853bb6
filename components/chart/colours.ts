/** Line colours that stay apart from each other, per theme; the twelfth line starts again, told apart by its dashes. */
const light = [
  "#3b4fc0",
  "#0a7256",
  "#b35c00",
  "#8032a8",
  "#b3261e",
  "#086b80",
  "#6b6b00",
  "#a61e69",
  "#4a5568",
  "#2f6d1c",
  "#7a4a2b",
];
const dark = [
  "#8ba2ff",
  "#5ddbb1",
  "#f4a453",
  "#d3a1f7",
  "#ff9a91",
  "#62d3e8",
  "#d8d35c",
  "#ff9ccb",
  "#a9b4c4",
  "#a3df85",
  "#dcb08c",
];

export interface LineLook {
  readonly colour: string;
  readonly dash: readonly number[];
}

export function lineLook(index: number, isDark: boolean): LineLook {
  const colours = isDark ? dark : light;
  const round = Math.floor(index / colours.length);
  return {
    colour: colours[index % colours.length] ?? "#888888",
    dash: round === 0 ? [] : round === 1 ? [6, 3] : [2, 3],
  };
}
