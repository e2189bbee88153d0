/** Objects and pods bear the labels by which people and tools find them, and both bear the same name. */
import { type Labels, nameOf } from "../manifest_object.ts";
import { workloadsOf } from "../pod.ts";
import type { Check } from "../policy.ts";

const PART_OF = "app.kubernetes.io/part-of";
const NAME = "app.kubernetes.io/name";
const PROJECT = "cast";

export const checkLabels: Check = (objects) => [
  ...objects.filter(({ metadata }) => metadata.labels?.[PART_OF] !== PROJECT).map((object) =>
    `${nameOf(object)}: lacks the label ${PART_OF}: ${PROJECT}`
  ),
  ...workloadsOf(objects).flatMap(({ id, name, labels }) => {
    const own: Labels = objects.find((object) => nameOf(object) === id)?.metadata.labels ?? {};
    return [
      ...(labels[PART_OF] === PROJECT ? [] : [`${id}: its pods lack the label ${PART_OF}`]),
      ...(own[NAME] === name && labels[NAME] === name
        ? []
        : [`${id}: it or its pods lack the label ${NAME}: ${name}`]),
    ];
  }),
];
