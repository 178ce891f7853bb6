export { type Command, findCommands } from "./commands.ts";
export { KeyboardMap } from "./keyboard-map.tsx";
export { Palette } from "./palette.tsx";
