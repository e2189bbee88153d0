// @ts-check
/** For whoever checks the types of the page. What browsers get under this name is the package's small build: page_files.ts. */
export { default } from "uplot";
