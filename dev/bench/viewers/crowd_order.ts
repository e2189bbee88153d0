/** What is said to and by the thread that watches. */

export type CrowdOrder =
  | { readonly kind: "gather"; readonly port: number; readonly viewers: number; readonly document: string }
  /** Says how many frames have come since everybody was there, and how many streams have ended. */
  | { readonly kind: "count" }
  | { readonly kind: "leave" };

export type CrowdReport =
  | { readonly kind: "gathered" }
  | { readonly kind: "counted"; readonly frames: number; readonly ended: number }
  | { readonly kind: "left" };
