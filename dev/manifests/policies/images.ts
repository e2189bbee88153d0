/** What runs is what was tested: every image has an explicit tag or a digest, and ours is the same one everywhere. */
import { containersOf, isOurs, workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

/** A tag that other contents may come to bear: the name of a branch, or nothing. */
const MOVING = /^(latest|main|master|edge|dev|stable|nightly)$/;

export const checkImages: Check = (objects) => {
  const containers = workloadsOf(objects).flatMap((workload) =>
    containersOf(workload).map((container) => ({ id: workload.id, container }))
  );
  const ours = new Set(
    containers.filter(({ container }) => isOurs(container)).map(({ container }) => container.image),
  );
  return [
    ...containers.flatMap(({ id, container }) =>
      imageProblems(container.image ?? "").map((text) => `${id}: ${text}`)
    ),
    ...(ours.size > 1 ? [`the image of CAST is not one: ${[...ours].join(", ")}`] : []),
  ];
};

function imageProblems(image: string): string[] {
  const [name = "", digest] = image.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  if (digest !== undefined) {
    return /^sha256:[0-9a-f]{64}$/.test(digest) ? [] : [`"${image}" has a digest that is none`];
  }
  if (tag === undefined) return [`"${image}" has neither tag nor digest`];
  return MOVING.test(tag) ? [`"${image}" may be another image tomorrow`] : [];
}
