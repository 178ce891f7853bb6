import { createTranslator, type Messages } from "use-intl/core";
import en from "../../../messages/en.json";

/** A namespace's texts as an English reader has them. */
export const english = <Namespace extends keyof Messages>(namespace: Namespace) =>
  createTranslator<Messages, Namespace>({ locale: "en", messages: en, namespace });
