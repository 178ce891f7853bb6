// What pages take from the contracts as values: nothing here knows the schema library, which would come along to every browser.
export { type AccessLine, clusterWords, parseAccessLine } from "./access-log.ts";
export {
  chooseLanguage,
  isLanguage,
  LANGUAGE_COOKIE,
  type Language,
  languageNames,
  languages,
} from "./language.ts";
export {
  headerName,
  headerValue,
  isRequestUrl,
  mostHeaders,
  type RequestMethod,
  requestMethods,
  trafficBounds,
} from "./requests.ts";
