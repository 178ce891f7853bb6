export { MessageBody } from "./message-body.tsx";
export { SideDrawer } from "./side-drawer.tsx";
export { Composer, Thread } from "./thread.tsx";
export { headWords } from "./words.ts";
