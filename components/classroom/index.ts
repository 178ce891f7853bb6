export { Board } from "./board.tsx";
export { ClassList } from "./class/class-list.tsx";
export { ClassPage } from "./class/class-page.tsx";
export { JoinPage } from "./class/join-page.tsx";
export { PreflightPage } from "./class/preflight-page.tsx";
