/** The image of CAST in a rendered overlay, whatever it is called there: that of every container named "program". */
import { parseManifests } from "../manifests/manifest_object.ts";
import { containersOf, workloadsOf } from "../manifests/pod.ts";

/** Several where an overlay mixes versions, which the gate refuses. */
export function programImages(rendered: string): string[] {
  const containers = workloadsOf(parseManifests(rendered)).flatMap(containersOf);
  const images = containers.filter(({ name }) => name === "program").map(({ image = "" }) => image);
  return [...new Set(images)];
}

/** The same manifests with another image of CAST, and no other change. */
export function withImage(rendered: string, image: string): string {
  const known = new Set(programImages(rendered));
  return rendered.replaceAll(
    /^(\s*(?:- )?image: )(\S+)$/gm,
    (line, key: string, name: string) => known.has(name.replaceAll(/^["']|["']$/g, "")) ? key + image : line,
  );
}
