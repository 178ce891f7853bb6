export { type CertificateDoor, certificateDoor } from "./certificate-door.ts";
export { type StudyDeps, StudyDesk, StudyRefusal } from "./study.ts";
