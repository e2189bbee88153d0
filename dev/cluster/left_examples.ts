/** What an overlay was copied with and still has: nobody's registry, nobody's host, the digest of no image. */
import { SetupError } from "../stack/setup_error.ts";
import { ofKind, parseManifests } from "../manifests/manifest_object.ts";
import { programImages } from "./program_image.ts";

const EXAMPLES = /\b[\w.-]*\bexample\.(?:com|org|net)\b|\bsha256:0{64}\b/g;

export function refuseExamples(overlay: string, rendered: string): void {
  const left = leftExamples(rendered);
  if (left.length === 0) return;
  const hasImage = programImages(rendered).some((image) => left.some((example) => image.includes(example)));
  const remedy = hasImage ? "; for the image give --image or --repository" : "";
  throw new SetupError(`Deploy "${overlay}": put your own in the place of ${left.join(", ")}${remedy}`);
}

/** Exported for its test. */
export function leftExamples(rendered: string): string[] {
  const objects = parseManifests(rendered);
  // Alerts name the page that people read; a wrong one stops no vote.
  const alerts = new Set(ofKind(objects, "PrometheusRule"));
  const texts = objects.filter((object) => !alerts.has(object)).map((object) => JSON.stringify(object));
  return [...new Set(texts.flatMap((text) => text.match(EXAMPLES) ?? []))].toSorted();
}
